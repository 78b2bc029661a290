#include "gradcut/storage/file.h"

#include "storage/descriptor.h"
#include "support/error_of.h"
#include "support/file_size_limit.h"
#include "support/forbidden.h"
#include "support/temporary_folder.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Text(const fs::path& path) {
  const auto bytes = ReadFile(path);
  return {bytes.begin(), bytes.end()};
}

std::vector<std::string> Names(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

class FileTest : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
};

TEST_F(FileTest, WhatIsWrittenReadsBack) {
  const std::string text("a\0b\n", 4);
  WriteFileAtomically(folder_ / "new/folders/a.bin", text, Durability::kDurable);
  EXPECT_EQ(Text(folder_ / "new/folders/a.bin"), text);
  WriteFileAtomically(folder_ / "new/folders/a.bin", "");
  EXPECT_EQ(Text(folder_ / "new/folders/a.bin"), "");
}

TEST_F(FileTest, NothingButTheFileIsLeft) {
  WriteFileAtomically(folder_ / "a", "one");
  WriteFileAtomically(folder_ / "a", "two");
  EXPECT_THAT(Names(folder_.path()), ElementsAre("a"));
}

TEST_F(FileTest, LongestPossibleNamesWork) {
  const std::string name(255, 'n');
  WriteFileAtomically(folder_ / name, "x");
  EXPECT_EQ(Text(folder_ / name), "x");
}

TEST_F(FileTest, PermissionsFollowTheUmask) {
  const mode_t before = ::umask(0027);
  WriteFileAtomically(folder_ / "a", "x");
  ::umask(before);
  EXPECT_EQ(fs::status(folder_ / "a").permissions(), static_cast<fs::perms>(0640));
}

TEST_F(FileTest, LinkIsWrittenThrough) {
  WriteFileAtomically(folder_ / "target", "old");
  fs::create_symlink("target", folder_ / "link");
  WriteFileAtomically(folder_ / "link", "new");
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(Text(folder_ / "target"), "new");
}

TEST_F(FileTest, ConcurrentWritersLeaveOneWholeFile) {
  std::vector<std::thread> writers;
  for (const char letter : {'a', 'b', 'c', 'd'})
    writers.emplace_back([this, letter] {
      for (int i = 0; i < 50; ++i) WriteFileAtomically(folder_ / "f", std::string(5000, letter));
    });
  for (std::thread& writer : writers) writer.join();
  const std::string text = Text(folder_ / "f");
  EXPECT_EQ(text, std::string(5000, text.front()));
  EXPECT_THAT(Names(folder_.path()), ElementsAre("f"));
}

// What a child process meets where it asks for these calls.
void Meet(std::initializer_list<std::pair<std::uint32_t, std::uint32_t>> calls) {
  std::vector<sock_filter> filter = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)}};
  for (const auto& [call, action] : calls) {
    filter.push_back({BPF_JMP | BPF_JEQ | BPF_K, 0, 1, call});
    filter.push_back({BPF_RET | BPF_K, 0, 0, action});
  }
  filter.push_back({BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW});
  const sock_fprog program = {static_cast<unsigned short>(filter.size()), filter.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    ::_exit(1);
}

#ifdef __NR_rename
constexpr std::uint32_t kRename = __NR_rename;
#else  // Newer architectures have the call of `::rename` alone that takes folders, too.
constexpr std::uint32_t kRename = __NR_renameat;
#endif
constexpr std::pair<std::uint32_t, std::uint32_t> kRenameKills = {kRename,
                                                                  SECCOMP_RET_KILL_PROCESS};
// As on a file system that has no files without a name.
constexpr std::pair<std::uint32_t, std::uint32_t> kLinksFail = {__NR_linkat,
                                                                SECCOMP_RET_ERRNO | EPERM};

// The status of a process that meets this and then writes a file.
int StatusOfWriting(const fs::path& path, const std::string& text,
                    std::initializer_list<std::pair<std::uint32_t, std::uint32_t>> calls) {
  const pid_t child = ::fork();
  if (child == 0) {
    Meet(calls);
    WriteFileAtomically(path, text);
    ::_exit(0);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return status;
}

TEST_F(FileTest, WhatAKillLeavesIsGoneAfterTheNextWrite) {
  const fs::path file = folder_ / "a";
  for (const bool nameless : {true, false})
    for (const bool next_nameless : {true, false})
      for (const bool is_there : {true, false}) {
        WriteFileAtomically(file, "old");
        const int status = nameless ? StatusOfWriting(file, "new", {kRenameKills})
                                    : StatusOfWriting(file, "new", {kRenameKills, kLinksFail});
        EXPECT_TRUE(WIFSIGNALED(status));
        EXPECT_EQ(Text(file), "old");
        EXPECT_EQ(Names(folder_.path()).size(), 2U);
        if (!is_there) fs::remove(file);
        if (next_nameless)
          WriteFileAtomically(file, "newer");
        else
          EXPECT_EQ(StatusOfWriting(file, "newer", {kLinksFail}), 0);
        EXPECT_EQ(Text(file), "newer");
        EXPECT_THAT(Names(folder_.path()), ElementsAre("a"));
      }
}

TEST_F(FileTest, WhatKillsLeaveBelowAFolderIsRemoved) {
  const fs::path file = folder_ / "in/a/b";
  WriteFileAtomically(file, "old");
  WriteFileAtomically(folder_ / "in/a/.gradcut-notes.tmp", "mine");
  EXPECT_TRUE(WIFSIGNALED(StatusOfWriting(file, "new", {kRenameKills})));
  EXPECT_EQ(Names(folder_ / "in/a").size(), 3U);
  RemoveLeftFiles(folder_.path());
  EXPECT_THAT(Names(folder_ / "in/a"), ElementsAre(".gradcut-notes.tmp", "b"));
}

TEST_F(FileTest, FailedWriteLeavesTheOldFileAndNothingElse) {
  WriteFileAtomically(folder_ / "a", "old");
  std::string error;
  {
    const FileSizeLimit limit(1000);
    error = ErrorOf([&] { WriteFileAtomically(folder_ / "a", std::string(5000, 'x')); });
  }
  EXPECT_EQ(error, (folder_ / "a").string() + ": cannot be written: File too large");
  EXPECT_EQ(Text(folder_ / "a"), "old");
  EXPECT_THAT(Names(folder_.path()), ElementsAre("a"));
}

TEST_F(FileTest, DevicesAreWrittenToDirectly) {
  EXPECT_EQ(ErrorOf([] { WriteFileAtomically("/dev/null", "x"); }), "no error");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_EQ(ErrorOf([] { WriteFileAtomically("/dev/full", "x"); }),
            "/dev/full: cannot be written: No space left on device");
}

TEST_F(FileTest, WhatIsAddedIsThereAsAWholeOrNotAtAll) {
  const Descriptor file(::open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600));
  AppendWhole(file.get(), "one\n", folder_ / "log");
  {
    const FileSizeLimit limit(6);
    EXPECT_THAT(ErrorOf([&] { AppendWhole(file.get(), "two\n", folder_ / "log"); }),
                EndsWith("log: cannot be written: File too large"));
  }
  EXPECT_EQ(Text(folder_ / "log"), "one\n");
  AppendWhole(file.get(), "three\n", folder_ / "log");
  EXPECT_EQ(Text(folder_ / "log"), "one\nthree\n");
  fs::remove(folder_ / "log");
  EXPECT_THROW(AppendWhole(file.get(), "four\n", folder_ / "log"), StorageError);
}

// A full disk, unlike a file that is too large, is the end of every write.
TEST_F(FileTest, WhatEveryWriteWouldMeetIsAStorageError) {
  EXPECT_THROW(WriteFileAtomically("/dev/full", "x"), StorageError);
  fs::create_symlink("/dev/full", folder_ / "full");
  EXPECT_THROW(WriteFileAtomically(folder_ / "full", "x"), StorageError);
  const FileSizeLimit limit(1000);
  try {
    WriteFileAtomically(folder_ / "a", std::string(5000, 'x'));
    FAIL();
  } catch (const StorageError& error) {
    FAIL() << error.what();
  } catch (const Error&) {
  }
}

TEST_F(FileTest, WriteErrorsNameThePathAndTheCause) {
  WriteFileAtomically(folder_ / "file", "x");
  EXPECT_THAT(ErrorOf([&] { WriteFileAtomically(folder_ / "file/a", "x"); }),
              EndsWith("file/a: its folder cannot be created: Not a directory"));
  EXPECT_THAT(ErrorOf([&] { WriteFileAtomically(folder_.path(), "x"); }),
              EndsWith(": is a folder, expected a file"));
  const Forbidden forbidden(folder_.path());
  EXPECT_EQ(ErrorOf([&] { WriteFileAtomically(folder_ / "a", "x"); }),
            (folder_ / "a").string() + ": cannot be written: Permission denied");
}

TEST_F(FileTest, ReadErrorsNameThePathAndTheCause) {
  EXPECT_EQ(ErrorOf([&] { ReadFile(folder_ / "a"); }),
            (folder_ / "a").string() + ": cannot be read: No such file or directory");
  EXPECT_EQ(ErrorOf([&] { ReadFile(folder_.path()); }),
            folder_.path().string() + ": is a folder, expected a file");
  fs::create_symlink("nowhere", folder_ / "link");
  EXPECT_THAT(ErrorOf([&] { ReadFile(folder_ / "link"); }), EndsWith("link: is a broken link"));
  WriteFileAtomically(folder_ / "a", "x");
  const Forbidden forbidden(folder_ / "a");
  EXPECT_THAT(ErrorOf([&] { ReadFile(folder_ / "a"); }), EndsWith("Permission denied"));
}

TEST_F(FileTest, EndlessFilesAreRefused) {
  EXPECT_EQ(ErrorOf([] { ReadFile("/dev/zero", 100'000); }),
            "/dev/zero: is larger than 100000 bytes");
  WriteFileAtomically(folder_ / "a", "12345");
  EXPECT_EQ(ReadFile(folder_ / "a", 5).size(), 5u);
  EXPECT_THAT(ErrorOf([&] { ReadFile(folder_ / "a", 4); }), HasSubstr("larger than 4 bytes"));
}

TEST_F(FileTest, PipesAreReadToTheEnd) {
  const fs::path pipe = folder_ / "pipe.jpg";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::string text(300'000, 'p');
  std::thread writer([&] { WriteFileAtomically(pipe, text); });
  EXPECT_EQ(Text(pipe), text);
  writer.join();
}

TEST(LeadsBelowTest, PathsOfFilesBelowAFolderDoAsTheyAreWritten) {
  for (const char* path : {"a.png", "./a.png", "sub/a.png", "sub/../a.png", "..a/b"})
    EXPECT_TRUE(LeadsBelow(path)) << path;
  for (const char* path : {"", "/a.png", "../a.png", "sub/../../a.png", "sub/", "..", "../.."})
    EXPECT_FALSE(LeadsBelow(path)) << path;
}

TEST(TemporaryNameTest, IsThatOfAWriteAndNoOther) {
  EXPECT_TRUE(IsTemporaryName(".gradcut-0123456789abcdef.tmp"));
  for (const char* name : {"", ".gradcut", ".gradcut-.tmp", ".gradcut-0123456789abcde.tmp",
                           ".gradcut-0123456789ABCDEF.tmp", "gradcut-0123456789abcdef.tmp"})
    EXPECT_FALSE(IsTemporaryName(name)) << name;
}

TEST(PrintableTest, OfWhatIsTooLongTheMiddleIsLeftOut) {
  const std::string path(1000, 'x');
  EXPECT_EQ(Printable(path), path);
  std::string text;
  for (int i = 0; i < 1000000; ++i) text += "\u00e9";
  const std::string shown = Printable("a" + text + "bc");
  EXPECT_LT(shown.size(), 500U);
  EXPECT_EQ(shown.substr(0, 3), "a\u00e9");
  EXPECT_EQ(shown.substr(97, 9), "\u00e9 ... \u00e9");
  EXPECT_EQ(shown.substr(shown.size() - 4),
            "\u00e9"
            "bc");
}

TEST(PrintableTest, MessagesStayOnOneLine) {
  EXPECT_EQ(Printable("a\nb\t\x7f"), "a\\nb\\x09\\x7f");
  EXPECT_EQ(Printable("träume 日本 .jpg"), "träume 日本 .jpg");
}

}  // namespace
}  // namespace gradcut
