#include "yoso/data/cifar/read.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/shared_data.h"
#include "support/temp_folder.h"
#include "support/user_error.h"

namespace yoso::data::cifar {
namespace {

using testing::error_text;
using testing::sample;
using testing::shared_data;
using testing::TempFolder;

/// A record of one colour.
std::string record(int label, uint8_t red, uint8_t green, uint8_t blue) {
  std::string bytes(1, static_cast<char>(label));
  for (const uint8_t level : {red, green, blue}) bytes.append(kPixels, static_cast<char>(level));
  return bytes;
}

std::vector<int64_t> labels_of(Reader& reader, Split split) {
  std::vector<int64_t> labels;
  reader.read(split, [&](const RawExample& example) {
    EXPECT_EQ(example.text.size(), static_cast<size_t>(kPixels));
    labels.push_back(example.label);
  });
  return labels;
}

TEST(Cifar, GrayLevelsAreTensorFlows) {
  EXPECT_EQ(gray(59, 62, 63), 61);
  EXPECT_EQ(gray(255, 255, 255), 255);
  EXPECT_EQ(gray(128, 64, 32), 79);
  EXPECT_EQ(gray(1, 2, 3), 1);
  EXPECT_EQ(gray(0, 0, 0), 0);
}

TEST(Cifar, DevIsTheLastTenthOfTrain) {
  const TempFolder folder;
  std::string train;
  for (int i = 0; i < 10; ++i) train += record(i, 128, 64, 32);
  folder.write("data_batch_1.bin", train);
  folder.write("data_batch_2.bin", train);
  folder.write("test_batch.bin", record(7, 1, 2, 3));
  Reader reader(find_source(folder.root()), {});
  EXPECT_EQ(labels_of(reader, Split::train).size(), 18U);
  EXPECT_EQ(labels_of(reader, Split::dev), (std::vector<int64_t>{8, 9}));
  EXPECT_EQ(labels_of(reader, Split::test), std::vector<int64_t>{7});
  reader.read(Split::test,
              [](const RawExample& example) { EXPECT_EQ(example.text, std::string(1024, 1)); });
  reader.read(Split::dev,
              [](const RawExample& example) { EXPECT_EQ(example.text, std::string(1024, 79)); });
}

TEST(Cifar, NamesFileAndRecord) {
  const TempFolder folder;
  const std::string train = folder.write(
      "data_batch_1.bin", record(1, 0, 0, 0) + record(10, 0, 0, 0) + record(2, 0, 0, 0));
  const std::string test = folder.write("test_batch.bin", record(7, 1, 2, 3));
  const auto error = [&] {
    Reader reader(find_source(folder.root()), {});
    return error_text([&] { labels_of(reader, Split::train); }, ExitCode::data);
  };
  EXPECT_EQ(error(), folder.root() + "/data_batch_1.bin: record 2: label 10, expected 0 to 9");
  Reader tolerant(find_source(folder.root()), ReadOptions{.skip_bad_rows = 1});
  EXPECT_EQ(labels_of(tolerant, Split::train), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(tolerant.bad_examples().size(), 1U);

  folder.write("data_batch_1.bin", record(1, 0, 0, 0) + record(1, 0, 0, 0).substr(0, 3000));
  EXPECT_EQ(error(),
            folder.root() +
                "/data_batch_1.bin: 6073 bytes are no whole number of records of 3,073 bytes; "
                "the last one, record 2, is truncated");
  folder.write("data_batch_1.bin", record(1, 0, 0, 0));
  std::filesystem::remove(test);
  EXPECT_EQ(error(), folder.root() + "/test_batch.bin: no such file");
  std::filesystem::remove(train);
  EXPECT_TRUE(error_text([&] { find_source(folder.root()); }, ExitCode::data)
                  .starts_with(folder.root() + ": no CIFAR-10 here"));
}

TEST(Cifar, ReadsTheSamplesArchive) {
  Reader reader(find_source(sample("image")), {});
  EXPECT_EQ(labels_of(reader, Split::train).size(), 18U);
  EXPECT_EQ(labels_of(reader, Split::dev), (std::vector<int64_t>{8, 9}));
  EXPECT_EQ(labels_of(reader, Split::test), (std::vector<int64_t>{0, 3, 6, 9}));
}

TEST(Cifar, GenuineImagesHaveThePublishedMean) {
  const auto shared = shared_data("lra");
  if (!shared) GTEST_SKIP() << "no YOSO_DATA/lra";
  Reader reader(find_source(*shared), {});
  double sum = 0;
  int64_t examples = 0;
  std::vector<int64_t> classes(kClasses, 0);
  for (const Split split : {Split::train, Split::dev}) {
    reader.read(split, [&](const RawExample& example) {
      for (const char level : example.text) sum += static_cast<uint8_t>(level);
      ++examples;
      ++classes[example.label];
    });
  }
  EXPECT_EQ(examples, 2000);
  // The whole set's mean is 122.6; the standard error of 2,000 images' is about 0.9.
  EXPECT_NEAR(sum / static_cast<double>(examples * kPixels), 122.6, 4);
  for (const int64_t count : classes) EXPECT_NEAR(static_cast<double>(count), 200, 60);
}

}  // namespace
}  // namespace yoso::data::cifar
