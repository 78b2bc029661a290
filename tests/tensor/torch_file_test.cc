#include "gradcut/tensor/torch_file.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/tensor/safetensors.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"
#include "tensor/pickle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <random>

namespace gradcut {
namespace {

using namespace std::string_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Made by make_files.py there; all hold the same state dict.
const std::filesystem::path kSaved = std::filesystem::path(GRADCUT_TEST_DATA) / "torch_save";

std::vector<float> Floats(const StoredTensor& tensor) {
  std::vector<float> values(tensor.bytes.size() / sizeof(float));
  std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

std::string TextOf(const std::filesystem::path& path) {
  const std::vector<std::uint8_t> bytes = ReadFile(path);
  return {bytes.begin(), bytes.end()};
}

// Reads every byte that the tensors claim to have: a sanitizer sees those that are not there.
std::uint64_t Touch(const StoredTensors& tensors) {
  std::uint64_t sum = 0;
  for (const auto& [name, tensor] : tensors)
    for (const std::byte byte : tensor.bytes) sum += std::to_integer<std::uint64_t>(byte);
  return sum;
}

class TorchFileTest : public ::testing::Test {
 protected:
  std::filesystem::path Write(const std::string& text) {
    WriteFileAtomically(folder_ / "file.pth", text);
    return folder_ / "file.pth";
  }

  std::string RefusalOf(const std::string& text) {
    const std::filesystem::path path = Write(text);
    return ErrorOf([&] { TorchFile::Open(path); });
  }

  // An older file whose state dict is the given pickle.
  std::string RefusalOfStateDict(const std::string& pickle) {
    const std::string whole = TextOf(kSaved / "older.pth");
    const std::size_t start = whole.find(
        "\x80\x02"
        "ccollections"s);
    EXPECT_NE(start, std::string::npos);
    return RefusalOf(whole.substr(0, start) + pickle);
  }

  // An older file of what the pickle `before` + state dict + `after` makes. The dict is remembered
  // as "h\xc8".
  std::filesystem::path WriteAround(const std::string& before, const std::string& after) {
    const std::string whole = TextOf(kSaved / "older.pth");
    const std::size_t start = whole.find(
        "\x80\x02"
        "ccollections"s);
    const std::size_t size = Pickle(std::as_bytes(std::span(whole)).subspan(start)).size();
    const std::string dict = whole.substr(start + 2, size - 3);  // Without its protocol and end.
    return Write(whole.substr(0, start) + "\x80\x02" + before + dict + "q\xc8" + after + "." +
                 whole.substr(start + size));
  }

  // Mutates a file in `rounds` ways; each result is read whole, or refused with the file's name.
  void ExpectRobust(const std::string& good, int rounds) {
    std::mt19937 random(11);
    for (int round = 0; round < rounds; ++round) {
      std::string text = good;
      const std::size_t at = random() % text.size();
      switch (round % 4) {
        case 0:  // A flipped bit.
          text[at] = static_cast<char>(text[at] ^ (1 << random() % 8));
          break;
        case 1:  // Truncation.
          text.resize(at);
          break;
        case 2:  // A giant length.
          for (std::size_t i = at; i < std::min(at + 4, text.size()); ++i) text[i] = '\xff';
          break;
        default:  // A piece in another place.
          text.insert(random() % text.size(), text.substr(at, random() % 64));
      }
      const std::filesystem::path path = Write(text);
      try {
        Touch(TorchFile::Open(path).tensors());
      } catch (const Error& error) {
        ASSERT_THAT(error.what(), HasSubstr(path.string()));
        ++refused_;
      }
    }
  }

  TemporaryFolder folder_;
  int refused_ = 0;
};

class SavedStateDictTest : public ::testing::TestWithParam<const char*> {};

TEST_P(SavedStateDictTest, EveryTensorIsReadRowMajor) {
  const TorchFile file = TorchFile::Open(kSaved / GetParam());
  const StoredTensors& tensors = file.tensors();
  EXPECT_EQ(tensors.size(), 8U);
  EXPECT_THAT(tensors.at("conv.weight").shape, ElementsAre(3, 4));
  EXPECT_THAT(Floats(tensors.at("conv.weight")),
              ElementsAre(0, .5F, 1, 1.5F, 2, 2.5F, 3, 3.5F, 4, 4.5F, 5, 5.5F));
  EXPECT_THAT(tensors.at("transposed").shape, ElementsAre(4, 3));
  EXPECT_THAT(Floats(tensors.at("transposed")),
              ElementsAre(0, 2, 4, .5F, 2.5F, 4.5F, 1, 3, 5, 1.5F, 3.5F, 5.5F));
  EXPECT_THAT(Floats(tensors.at("tail")), ElementsAre(8, 9, 10, 11));
  EXPECT_THAT(Floats(tensors.at("parameter")), ElementsAre(.25F));
  EXPECT_EQ(tensors.at("half").dtype, "F16");
  EXPECT_EQ(tensors.at("half").bytes.size(), 4U);
  EXPECT_EQ(tensors.at("counter").dtype, "I64");
  EXPECT_THAT(tensors.at("counter").shape, ElementsAre());
  EXPECT_EQ(std::to_integer<int>(tensors.at("counter").bytes[0]), 7);
  EXPECT_THAT(tensors.at("empty").shape, ElementsAre(0, 3));
}

INSTANTIATE_TEST_SUITE_P(Formats, SavedStateDictTest,
                         ::testing::Values("zip.pth", "older.pth", "training.pth"),
                         [](const auto& test) {
                           const std::string name = test.param;
                           return name.substr(0, name.find('.'));
                         });

std::string Key(const std::string& name) {
  return "U" + std::string(1, static_cast<char>(name.size())) + name;
}

// What training scripts save.
TEST_F(TorchFileTest, StateDictsAreFoundBesideOtherThings) {
  const auto entry = [&](const std::string& before, const std::string& after) {
    const TorchFile file = TorchFile::Open(WriteAround(before, after));
    EXPECT_EQ(file.tensors().size(), 8U);
    return file.entry();
  };
  EXPECT_EQ(entry("", ""), "");
  EXPECT_EQ(entry("}" + Key("epoch") + "K\3s" + Key("model_state_dict"), "s"), "model_state_dict");
  EXPECT_EQ(entry("}" + Key("net"), "s" + Key("acc") + "G" + std::string(8, '\0') + "s"), "net");
  EXPECT_EQ(entry("}" + Key("model") + "}" + Key("state_dict"), "ss"), "model.state_dict");
  EXPECT_EQ(entry("}" + Key("ema"), "s" + Key("model") + "h\xc8s"), "model");
  EXPECT_EQ(entry("}" + Key("state_dict_ema"), "s"), "state_dict_ema");
  EXPECT_EQ(entry("}" + Key("my own"), "s"), "my own");
  // Appending to what is no list, as a pickle of a deque does.
  EXPECT_EQ(entry("}" + Key("log") + "ccollections\ndeque\n)R(K\1K\2es" + Key("state_dict"), "s"),
            "state_dict");
}

TEST_F(TorchFileTest, SeveralStateDictsOfNoUsualNameAreRefused) {
  const std::filesystem::path file = WriteAround("}" + Key("a"), "s" + Key("b") + "h\xc8s");
  EXPECT_THAT(ErrorOf([&] { TorchFile::Open(file); }),
              AllOf(HasSubstr("several state dicts ('a', 'b'"), HasSubstr("by itself")));
}

TEST_F(TorchFileTest, BothFormatsBecomeTheSameSafetensorsFile) {
  for (const char* const format : {"zip", "older"}) {
    const TorchFile file = TorchFile::Open(kSaved / (format + ".pth"s));
    WriteSafetensors(folder_ / format, file.tensors(), {{"arch", "demo"}});
  }
  EXPECT_EQ(TextOf(folder_ / "zip"), TextOf(folder_ / "older"));
  const SafetensorsFile written = SafetensorsFile::Open(folder_ / "zip");
  EXPECT_EQ(written.metadata().at("arch"), "demo");
  EXPECT_THAT(Floats(written.tensors().at("tail")), ElementsAre(8, 9, 10, 11));
}

TEST_F(TorchFileTest, NamesThatAreNoTextCannotBeWritten) {
  EXPECT_THAT(ErrorOf([&] {
                WriteSafetensors(folder_ / "x", {{"\xff", {}}}, {});
              }),
              HasSubstr("UTF-8"));
}

TEST_F(TorchFileTest, FunctionsInAPickleAreNotCalled) {
  const std::string trace = (folder_ / "trace").string();
  const std::string command = "touch " + trace;
  const std::string call = "cposix\nsystem\nU"s + static_cast<char>(command.size()) + command;
  EXPECT_THAT(RefusalOfStateDict("\x80\x02}U\x01w" + call + "\x85Rs."), HasSubstr("'w'"));
  EXPECT_THAT(RefusalOfStateDict("\x80\x02" + call + "\x85R."),
              AllOf(HasSubstr("no state dict"), HasSubstr("model.state_dict()")));
  EXPECT_FALSE(std::filesystem::exists(trace));
}

TEST_F(TorchFileTest, HostilePicklesAreRefusedWithTheCause) {
  EXPECT_THAT(RefusalOfStateDict("\x80\x02}"), HasSubstr("truncated"));
  EXPECT_THAT(RefusalOfStateDict("\x80\x02}."), HasSubstr("empty"));
  EXPECT_THAT(RefusalOfStateDict("\x80\x09}."), HasSubstr("protocol"));
  EXPECT_THAT(RefusalOfStateDict("\x80\x02."), HasSubstr("runs empty"));
  EXPECT_THAT(RefusalOfStateDict("\x80\x02}}."), HasSubstr("leaves values behind"));
  EXPECT_THAT(RefusalOfStateDict("\x80\x02t."), HasSubstr("lacks a mark"));
  EXPECT_THAT(RefusalOfStateDict("\x80\x02h\x05."), HasSubstr("has not made"));
  EXPECT_THAT(RefusalOfStateDict("\x80\x02NNa."), HasSubstr("no list"));
  EXPECT_THAT(RefusalOfStateDict("\x80\x02i"), HasSubstr("opcode 0x69"));
  EXPECT_THAT(RefusalOfStateDict("\x80\x02X\xff\xff\xff\xff."), HasSubstr("truncated"));
  EXPECT_THAT(RefusalOfStateDict("\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff."),
              HasSubstr("truncated"));
  EXPECT_THAT(RefusalOfStateDict(std::string(3'000'000, '}')), HasSubstr("too many values"));
}

// A dict that contains itself, and tuples nested a million deep: nothing here recurses.
TEST_F(TorchFileTest, ValuesThatNeverEndAreRefused) {
  EXPECT_THAT(RefusalOfStateDict("\x80\x02}q\x01U\x01wh\x01s."), HasSubstr("it is no tensor"));
  EXPECT_THAT(RefusalOfStateDict("\x80\x02}U\x01w)" + std::string(1'000'000, '\x85') + "s."),
              HasSubstr("it is no tensor"));
}

TEST_F(TorchFileTest, OtherFilesAreRefusedWithTheCause) {
  EXPECT_THAT(RefusalOf("hello"), HasSubstr("file.pth"));
  EXPECT_THAT(RefusalOf("\x80\x02K\x01."), HasSubstr("neither a zip file nor"));
  EXPECT_THAT(ErrorOf([] { TorchFile::Open(kSaved / "program.pt"); }),
              AllOf(HasSubstr("program.pt"), HasSubstr("TorchScript")));
  EXPECT_THAT(ErrorOf([] { TorchFile::Open("/does/not/exist"); }), HasSubstr("/does/not/exist"));
  EXPECT_THAT(ErrorOf([] { TorchFile::Open("/"); }), HasSubstr("not a regular file"));
  EXPECT_THAT(RefusalOf(""), HasSubstr("is empty"));
}

TEST_F(TorchFileTest, EveryTruncationIsRefused) {
  for (const char* const name : {"zip.pth", "older.pth"}) {
    const std::string good = TextOf(kSaved / name);
    for (std::size_t length = 0; length < good.size(); ++length)
      EXPECT_THAT(RefusalOf(good.substr(0, length)), HasSubstr("file.pth")) << name << length;
  }
}

TEST_F(TorchFileTest, DamagedElementsInAZipFileAreFoundByTheirChecksum) {
  std::string text = TextOf(kSaved / "zip.pth");
  const float element = 5.5F;
  const std::size_t at =
      text.find(std::string(reinterpret_cast<const char*>(&element), sizeof element));
  ASSERT_NE(at, std::string::npos);
  text[at] ^= 1;
  EXPECT_THAT(RefusalOf(text), HasSubstr("damaged"));
}

TEST_F(TorchFileTest, MutatedOlderFilesNeverReachOutsideTheFile) {
  ExpectRobust(TextOf(kSaved / "older.pth"), 4000);
  EXPECT_GT(refused_, 2000);
  EXPECT_LT(refused_, 4000) << "some mutations should leave the file readable";
}

TEST_F(TorchFileTest, MutatedZipFilesNeverReachOutsideTheFile) {
  ExpectRobust(TextOf(kSaved / "zip.pth"), 4000);
  EXPECT_GT(refused_, 1000);
  EXPECT_LT(refused_, 4000) << "some mutations should leave the file readable";
}

}  // namespace
}  // namespace gradcut
