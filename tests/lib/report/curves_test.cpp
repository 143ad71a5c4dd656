#include "yoso/report/curves.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/util/file.h"

namespace yoso::report {
namespace {

using testing::TempFolder;

constexpr const char* kRun =
    R"({"step":10,"epoch":0.1,"split":"train","loss":2.2,"lr":0.001,"grad_norm":1.0,"tokens_per_second":9.0}
{"step":20,"epoch":0.2,"split":"train","loss":2.0,"lr":0.001,"grad_norm":null,"tokens_per_second":9.0}
{"step":20,"epoch":0.2,"split":"dev","loss":2.1,"accuracy":0.25,"elapsed_s":3.5,"f1":0.5}
{"step":20,"epoch":0.2,"split":"test","loss":2.1,"other":0.25}
)";

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Curves, OfOneRun) {
  TempFolder folder;
  folder.write("metrics.jsonl", kRun);
  draw_curves(folder.path("metrics.jsonl"), folder.path("curves.svg"));
  const std::string svg = read_file(folder.path("curves.svg"));
  for (const char* text : {">Loss<", ">train<", ">dev<", ">Dev accuracy<", " %<"}) {
    EXPECT_TRUE(has(svg, text)) << text;
  }
  EXPECT_FALSE(has(svg, "other"));

  draw_curves(folder.path("metrics.jsonl"), folder.path("curves.svg"),
              "loss");  // has its panel anyway
  EXPECT_EQ(read_file(folder.path("curves.svg")), svg);

  draw_curves(folder.path("metrics.jsonl"), folder.path("curves.svg"), "f1");
  EXPECT_TRUE(has(read_file(folder.path("curves.svg")), ">Dev f1<"));
}

TEST(Curves, OfAMetricThatTablesShowInPercent) {
  TempFolder folder;
  folder.write("metrics.jsonl", R"({"step":20,"split":"dev","loss":2.1,"mcc":0.25}
{"step":40,"split":"dev","loss":2.1,"mcc":0.45}
)");
  draw_curves(folder.path("metrics.jsonl"), folder.path("curves.svg"));
  EXPECT_TRUE(has(read_file(folder.path("curves.svg")), " %<"));
  folder.write("metrics.jsonl", R"({"step":20,"split":"dev","loss":2.1,"perplexity":25}
)");
  draw_curves(folder.path("metrics.jsonl"), folder.path("curves.svg"));
  EXPECT_FALSE(has(read_file(folder.path("curves.svg")), " %<"));
}

TEST(Curves, OfATaskWithoutMetrics) {
  TempFolder folder;
  folder.write("metrics.jsonl", R"({"step":20,"split":"dev","loss":2.1,"rows":100})"
                                "\n");
  draw_curves(folder.path("metrics.jsonl"), folder.path("curves.svg"));
  const std::string svg = read_file(folder.path("curves.svg"));
  EXPECT_TRUE(has(svg, ">Loss<"));
  EXPECT_FALSE(has(svg, "rows"));
}

TEST(Curves, WithoutRecordsNothingIsDrawn) {
  TempFolder folder;
  draw_curves(folder.path("metrics.jsonl"), folder.path("curves.svg"));
  folder.write("metrics.jsonl", "");
  draw_curves(folder.path("metrics.jsonl"), folder.path("curves.svg"));
  EXPECT_FALSE(std::filesystem::exists(folder.path("curves.svg")));
}

TEST(Curves, OfSeveralRuns) {
  TempFolder folder;
  const std::string one = folder.write("one/metrics.jsonl", kRun);
  const std::string early =
      folder.write("two/metrics.jsonl", R"({"step":10,"split":"train","loss":2.5})"
                                        "\n");
  draw_comparison({{"early", early}, {"softmax", one}}, folder.path("all.svg"), "Two runs", "",
                  {{"majority class", 0.125}});
  const std::string svg = read_file(folder.path("all.svg"));
  for (const char* text : {">Two runs<", ">early<", ">softmax<", ">Dev accuracy<", ">Train loss<",
                           ">majority class<"}) {
    EXPECT_TRUE(has(svg, text)) << text;
  }
  const std::string none = folder.path("none");
  EXPECT_EQ(testing::error_text(
                [&] {
                  draw_comparison({{"none", none}}, folder.path("x.svg"));
                },
                ExitCode::data),
            none + ": cannot be read: No such file or directory");
  EXPECT_EQ(testing::error_text(
                [&] {
                  draw_comparison({{"softmax", one}}, none + "/x.svg");
                },
                ExitCode::failure),
            none + "/x.svg: cannot be written: No such file or directory");
}

}  // namespace
}  // namespace yoso::report
