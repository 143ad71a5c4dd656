#include "yoso/util/file.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <utility>

#include "support/small_disk.h"
#include "support/temp_folder.h"
#include "support/user_error.h"

namespace yoso {
namespace {

using testing::error_text;
using testing::on_small_disk;
using testing::TempFolder;

size_t entries(const std::string& folder) {
  return std::distance(std::filesystem::directory_iterator(folder), {});
}

/// While it lives, no file of this process grows beyond `bytes`: a write is cut short as on a full
/// disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const struct rlimit limit { bytes, before_.rlim_max };
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  struct rlimit before_ {};
};

TEST(File, ReadsAllBytes) {
  TempFolder folder;
  std::string content(300'000, 'x');
  content[7] = '\0';
  content.back() = '\n';
  EXPECT_EQ(read_file(folder.write("a", content)), content);
  EXPECT_EQ(read_file(folder.write("empty", "")), "");
  EXPECT_NE(read_file("/proc/self/status").find("VmHWM"), std::string::npos);  // has no size
}

TEST(File, ReportsWhyAFileCannotBeRead) {
  TempFolder folder;
  const std::string none = folder.path("none");
  EXPECT_EQ(error_text([&] { read_file(none); }, ExitCode::data),
            none + ": cannot be read: No such file or directory");
  EXPECT_EQ(error_text([&] { read_file(folder.path("")); }, ExitCode::data),
            folder.path("") + ": cannot be read: Is a directory");
}

TEST(File, AtomicFileAppearsWhenCommitted) {
  TempFolder folder;
  const std::string path = folder.write("a", "old");
  const std::string large(3'000'000, 'y');  // beyond the buffer, in one piece and in small ones
  AtomicFile file(path);
  file.write("begin");
  file.write(large);
  for (int i = 0; i < 300'000; ++i) file.write("0123456789", 10);
  EXPECT_EQ(file.size(), 6'000'005u);
  EXPECT_EQ(read_file(path), "old");
  file.commit();
  const std::string content = read_file(path);
  EXPECT_EQ(content.size(), 6'000'005u);
  EXPECT_EQ(content.substr(0, 7), "beginyy");
  EXPECT_EQ(content.substr(content.size() - 12), "890123456789");
  EXPECT_EQ(entries(folder.path("")), 1u);
}

TEST(File, AtomicFileLeavesNothingWithoutCommit) {
  TempFolder folder;
  const std::string path = folder.write("a", "old");
  { AtomicFile(path).write("new"); }
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(entries(folder.path("")), 1u);
}

TEST(File, AtomicFileFollowsTheUmask) {
  TempFolder folder;
  const mode_t before = ::umask(027);
  write_atomically(folder.path("a"), "x");
  ::umask(before);
  struct stat info {};
  ASSERT_EQ(::stat(folder.path("a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640u);
}

TEST(File, ReportsWhyAFileCannotBeWritten) {
  TempFolder folder;
  const std::string inside_a_file = folder.write("plain", "") + "/a";
  for (const std::string& path : {folder.path("none/a"), inside_a_file}) {
    const std::string message = error_text([&] { write_atomically(path, "x"); }, ExitCode::failure);
    EXPECT_TRUE(message.starts_with(path + ": cannot be written: ")) << message;
    EXPECT_EQ(error_text([&] { AppendFile file(path); }, ExitCode::failure), message);
  }
}

TEST(File, ReportsAReadOnlyFolder) {
  constexpr uid_t kNobody = 65534;
  TempFolder folder;
  const auto readable = static_cast<std::filesystem::perms>(0555);
  std::filesystem::permissions(folder.path(""), readable);
  const uid_t user = ::geteuid();
  ASSERT_TRUE(user != 0 || ::seteuid(kNobody) == 0);  // root may write everywhere
  const std::string path = folder.path("a");
  EXPECT_EQ(error_text([&] { write_atomically(path, "x"); }, ExitCode::failure),
            path + ": cannot be written: Permission denied");
  ASSERT_EQ(::seteuid(user), 0);
  std::filesystem::permissions(folder.path(""), std::filesystem::perms::owner_all);
}

TEST(File, MakesFolders) {
  TempFolder folder;
  make_folders(folder.path("a/b/c"));
  make_folders(folder.path("a/b/c"));
  EXPECT_TRUE(std::filesystem::is_directory(folder.path("a/b/c")));
  const std::string file = folder.write("plain", "");
  for (const std::string& path : {file, file + "/a"}) {
    EXPECT_EQ(error_text([&] { make_folders(path); }, ExitCode::failure),
              path + ": cannot be created: Not a directory");
  }
}

TEST(File, RenamesFolders) {
  TempFolder folder;
  folder.write("step.tmp/a", "x");
  make_folders(folder.path("step"));  // empty, so it is replaced
  rename_durably(folder.path("step.tmp"), folder.path("step"));
  EXPECT_EQ(read_file(folder.path("step/a")), "x");
  EXPECT_FALSE(std::filesystem::exists(folder.path("step.tmp")));
  const std::string message =
      error_text([&] { rename_durably(folder.path("none"), folder.path("b")); }, ExitCode::failure);
  EXPECT_EQ(message, folder.path("b") + ": cannot be written: No such file or directory");
}

TEST(File, AppendsBehindWhatIsThere) {
  TempFolder folder;
  AppendFile first(folder.write("a", "1\n"));
  first.append("2\n");
  AppendFile moved(std::move(first));
  moved.append("3\n");
  moved.sync();
  EXPECT_EQ(read_file(folder.path("a")), "1\n2\n3\n");
}

TEST(File, TakesBackARecordThatDoesNotFit) {
  TempFolder folder;
  AppendFile file(folder.path("a"));
  const std::string record(60, 'r');
  {
    FileSizeLimit limit(100);
    file.append(record);
    EXPECT_EQ(error_text([&] { file.append(record); }, ExitCode::failure),
              folder.path("a") + ": cannot be written: File too large");
  }
  EXPECT_EQ(read_file(folder.path("a")), record);  // not the first 40 bytes of the second
}

TEST(File, SurvivesAFullDisk) {
  TempFolder folder;
  const std::string disk = folder.path("disk");
  make_folders(disk);
  const bool mounted = on_small_disk(disk, 64, [](const std::string& disk) {
    write_atomically(disk + "/a", "old");
    const std::string message = error_text(
        [&] { write_atomically(disk + "/a", std::string(100'000, 'x')); }, ExitCode::failure);
    EXPECT_EQ(message, disk + "/a: cannot be written: No space left on device");
    EXPECT_EQ(read_file(disk + "/a"), "old");
    EXPECT_EQ(entries(disk), 1u);

    AppendFile log(disk + "/log");
    const std::string record(3000, 'r');
    EXPECT_EQ(error_text(
                  [&] {
                    for (int i = 0; i < 1000; ++i) log.append(record);
                  },
                  ExitCode::failure),
              disk + "/log: cannot be written: No space left on device");
    EXPECT_EQ(std::filesystem::file_size(disk + "/log") % record.size(), 0u);
  });
  if (!mounted) GTEST_SKIP() << "no tmpfs can be mounted here";
}

TEST(MappedFile, ShowsTheBytes) {
  TempFolder folder;
  MappedFile file(folder.write("a", std::string("ab\0c", 4)));
  EXPECT_EQ(file.text(), std::string_view("ab\0c", 4));
  MappedFile moved(std::move(file));
  EXPECT_EQ(moved.size(), 4u);
  EXPECT_EQ(file.size(), 0u);
  MappedFile empty(folder.write("empty", ""));
  EXPECT_EQ(empty.size(), 0u);
}

TEST(MappedFile, ReportsWhatIsWrong) {
  TempFolder folder;
  EXPECT_EQ(error_text([&] { MappedFile file(folder.path("none")); }, ExitCode::data),
            folder.path("none") + ": cannot be read: No such file or directory");
  EXPECT_EQ(error_text([&] { MappedFile file(folder.path("")); }, ExitCode::data),
            folder.path("") + ": cannot be read: Is a directory");
}

}  // namespace
}  // namespace yoso
