#include "yoso/util/file_kind.h"

#include <gtest/gtest.h>

#include "support/user_error.h"
#include "yoso/util/error.h"

namespace yoso {
namespace {

using namespace std::string_view_literals;

TEST(FileKind, FirstBytesAreRecognised) {
  EXPECT_EQ(recognise_file("plain text\n"), FileKind::text);
  EXPECT_EQ(recognise_file("\xef\xbb\xbftext"), FileKind::text);
  EXPECT_EQ(recognise_file(""), FileKind::empty);
  EXPECT_EQ(recognise_file("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
            FileKind::git_lfs_pointer);
  EXPECT_EQ(recognise_file("\xff\xfe"
                           "a\0b\0"sv),
            FileKind::utf16);
  EXPECT_EQ(recognise_file("\xfe\xff\0a\0b"sv), FileKind::utf16);
  EXPECT_EQ(recognise_file("\xff\xfe\0\0a\0\0\0"sv), FileKind::utf32);
  EXPECT_EQ(recognise_file("t\0h\0e\0 \0s\0e\0a\0"sv), FileKind::utf16);
  EXPECT_EQ(recognise_file("\0t\0h\0e\0 \0s\0e\0a"sv), FileKind::utf16);
  EXPECT_EQ(recognise_file(" \n<!DOCTYPE html>"), FileKind::html);
  EXPECT_EQ(recognise_file("<html lang=\"en\">"), FileKind::html);
  EXPECT_EQ(recognise_file("<doc id=\"1\">"), FileKind::text);
  EXPECT_EQ(recognise_file("PAR1\x15\x04"), FileKind::parquet);
  EXPECT_EQ(recognise_file("\x89PNG\r\n\x1a\n"), FileKind::png);
  EXPECT_EQ(recognise_file("\x80\x04\x95"), FileKind::pickle);
  EXPECT_EQ(recognise_file("a\0b c d e f"sv), FileKind::binary);
  std::string tar(512, '\0');
  tar.replace(257, 5, "ustar");
  EXPECT_EQ(recognise_file(tar), FileKind::tar);
}

TEST(FileKind, PackedFilesAreThoseThatArchivesRead) {
  EXPECT_TRUE(is_packed(recognise_file("\x1f\x8b\x08")));
  EXPECT_TRUE(is_packed(recognise_file("PK\x03\x04")));
  EXPECT_FALSE(is_packed(recognise_file("PAR1")));
}

TEST(FileKind, WhatIsNoTextIsRefusedByName) {
  EXPECT_NO_THROW(require_text("a.txt", "text"));
  EXPECT_NO_THROW(require_text("a.txt", ""));
  EXPECT_NO_THROW(require_text("a.html", "<html>"));
  EXPECT_EQ(testing::error_text([] { require_text("a.pq", "PAR1"); }, ExitCode::data),
            "a.pq: is a Parquet file: export it as JSON lines (pandas: "
            "to_json(orient=\"records\", lines=True))");
  EXPECT_EQ(testing::error_text(
                [] {
                  refuse_git_lfs_pointer("w.safetensors",
                                         "version https://git-lfs.github.com/spec/v1\n");
                },
                ExitCode::data),
            "w.safetensors: is a Git LFS pointer: fetch the file (git lfs pull)");
  EXPECT_NO_THROW(refuse_git_lfs_pointer("w.safetensors", "PK\x03\x04"));
}

}  // namespace
}  // namespace yoso
