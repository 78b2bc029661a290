#include "gradcut/dataset/class_maps.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/tensor/npy.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <opencv2/core.hpp>
#include <random>

namespace gradcut {
namespace {

using namespace std::string_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Form = ClassMaps::Form;

// Made by make_files.py there.
const std::filesystem::path kSaved = std::filesystem::path(GRADCUT_TEST_DATA) / "class_maps";

std::string TextOf(const std::filesystem::path& path) {
  const std::vector<std::uint8_t> bytes = ReadFile(path);
  return {bytes.begin(), bytes.end()};
}

// 3x4 pixels from 0 to 1.
cv::Mat Ramp() {
  cv::Mat ramp(3, 4, CV_32FC1);
  for (int i = 0; i < 12; ++i) ramp.at<float>(i / 4, i % 4) = static_cast<float>(i) / 11;
  return ramp;
}

cv::Mat Turned() {
  cv::Mat turned;
  cv::flip(Ramp(), turned, -1);
  return turned;
}

double Difference(const cv::Mat& a, const cv::Mat& b) { return cv::norm(a, b, cv::NORM_INF); }

class ClassMapsTest : public ::testing::Test {
 protected:
  std::filesystem::path Write(const std::string& text) {
    WriteFileAtomically(folder_ / "maps.npy", text);
    return folder_ / "maps.npy";
  }
  std::filesystem::path Write(const std::vector<std::uint8_t>& bytes) {
    return Write(std::string(bytes.begin(), bytes.end()));
  }
  std::string RefusalOf(const std::string& text) {
    const std::filesystem::path path = Write(text);
    return ErrorOf([&] { ReadClassMaps(path); });
  }
  std::string RefusalOfArray(const NpyArray& array) {
    const std::filesystem::path path = Write(EncodeNpy(array));
    return ErrorOf([&] { ReadClassMaps(path); });
  }
  // A .npy file of an object with this pickle.
  std::string RefusalOfPickle(const std::string& pickle) {
    const std::string whole = TextOf(kSaved / "psa.npy");
    return RefusalOf(whole.substr(0, whole.find('\n') + 1) + pickle);
  }

  TemporaryFolder folder_;
};

// A float array of that shape, the same value everywhere.
NpyArray Filled(std::vector<std::int64_t> shape, float value) {
  NpyArray result{.shape = std::move(shape), .dtype = Dtype::kFloat32, .bytes = {}};
  std::int64_t count = 1;
  for (const std::int64_t size : result.shape) count *= size;
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(&value);
  for (std::int64_t i = 0; i < count; ++i)
    result.bytes.insert(result.bytes.end(), bytes, bytes + sizeof value);
  return result;
}

class SavedMapsTest : public ::testing::TestWithParam<const char*> {};

TEST_P(SavedMapsTest, KeysAndMapsAreRead) {
  const ClassMaps read = ReadClassMaps(kSaved / (GetParam() + ".npy"s));
  EXPECT_EQ(read.form, Form::kKeyed);
  EXPECT_THAT(read.keys, ElementsAre(14, 2));
  ASSERT_THAT(read.maps, SizeIs(2));
  EXPECT_LT(Difference(read.maps[0], Ramp()), 1e-6);
  EXPECT_LT(Difference(read.maps[1], Turned()), 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Dicts, SavedMapsTest,
                         ::testing::Values("irn", "tensors", "psa", "lists", "fortran", "protocol2",
                                           "protocol3", "clip_es", "int64_keys", "puzzle", "listed",
                                           "one_axis_more", "ordered"),
                         [](const auto& test) { return std::string(test.param); });

TEST_F(ClassMapsTest, ChannelsAreReadInOrder) {
  const ClassMaps read = ReadClassMaps(kSaved / "channels.npy");
  EXPECT_EQ(read.form, Form::kChannels);
  EXPECT_THAT(read.keys, ElementsAre(0, 1));
  ASSERT_THAT(read.maps, SizeIs(2));
  EXPECT_LT(Difference(read.maps[1], Turned()), 1e-3) << "float16";
}

TEST_F(ClassMapsTest, OneMapIsOfTheObject) {
  for (const std::vector<std::uint8_t>& bytes :
       {EncodeNpy(Ramp()), EncodeChannels(std::vector{Ramp()})}) {
    const ClassMaps read = ReadClassMaps(Write(bytes));
    EXPECT_EQ(read.form, Form::kObject);
    ASSERT_THAT(read.maps, SizeIs(1));
    EXPECT_EQ(Difference(read.maps[0], Ramp()), 0);
  }
  cv::Mat grey;
  Ramp().convertTo(grey, CV_8UC1, 255);
  WriteFileAtomically(folder_ / "a.png", EncodePng(grey));
  EXPECT_LT(Difference(ReadClassMaps(folder_ / "a.png").maps[0], Ramp()), 1.0 / 255);
}

TEST_F(ClassMapsTest, WhatIsWrittenReadsBack) {
  const std::vector<cv::Mat> maps = {Ramp(), Turned()};
  const ClassMaps keyed = ReadClassMaps(Write(EncodeKeyedMaps(std::vector{3, 19}, maps)));
  EXPECT_EQ(keyed.form, Form::kKeyed);
  EXPECT_THAT(keyed.keys, ElementsAre(3, 19));
  EXPECT_EQ(Difference(keyed.maps[1], Turned()), 0);
  const ClassMaps channels = ReadClassMaps(Write(EncodeChannels(maps)));
  EXPECT_EQ(channels.form, Form::kChannels);
  EXPECT_EQ(Difference(channels.maps[1], Turned()), 0);
}

TEST_F(ClassMapsTest, OtherArraysAreRefused) {
  EXPECT_THAT(RefusalOfArray(Filled({2, 3, 4}, 1.5F)),
              AllOf(HasSubstr("maps.npy: channel 0: "), HasSubstr("[0, 1]")));
  EXPECT_THAT(RefusalOfArray(Filled({2, 3, 4}, NAN)), HasSubstr("NaN"));
  EXPECT_THAT(RefusalOfArray(Filled({0, 3, 4}, 0)), HasSubstr("got 3 dimensions and 0 elements"));
  EXPECT_THAT(RefusalOfArray(Filled({1000, 7, 7}, 0)),
              AllOf(HasSubstr("1000 channels, expected at most 254"), HasSubstr("keys")));
  EXPECT_THAT(RefusalOfArray(Filled({2, 2, 3, 4}, 0)), HasSubstr("4 dimensions"));
  EXPECT_THAT(RefusalOfArray(Filled({5}, 0)), HasSubstr("rows x columns"));
  EXPECT_THAT(
      RefusalOfArray(
          {.shape = {2, 1, 2}, .dtype = Dtype::kInt64, .bytes = std::vector<std::uint8_t>(32)}),
      HasSubstr("int64 elements"));
  EXPECT_THAT(RefusalOf("hello"), HasSubstr("text"));
}

TEST_F(ClassMapsTest, KeysThatAreNoClassesAreRefused) {
  const std::vector<cv::Mat> maps = {Ramp(), Turned()};
  const auto refusal = [&](std::vector<int> keys) {
    const auto bytes = EncodeKeyedMaps(keys, maps);
    return RefusalOf({bytes.begin(), bytes.end()});
  };
  EXPECT_THAT(refusal({1, 1}), HasSubstr("the key 1 twice"));
  EXPECT_THAT(refusal({1, 254}), HasSubstr("the key 254"));
  EXPECT_THAT(refusal({1, -2}), HasSubstr("the key -2"));
}

// As of an image that shows none of the classes.
TEST_F(ClassMapsTest, DictsMayHoldNoClass) {
  for (const std::string& bytes :
       {TextOf(kSaved / "no_class.npy"), TextOf(kSaved / "empty_dict.npy")}) {
    const ClassMaps read = ReadClassMaps(Write(bytes));
    EXPECT_EQ(read.form, Form::kKeyed);
    EXPECT_THAT(read.keys, SizeIs(0));
    EXPECT_THAT(read.maps, SizeIs(0));
  }
  EXPECT_THAT(
      ReadClassMaps(Write(EncodeKeyedMaps(std::vector<int>{}, std::vector<cv::Mat>{}))).maps,
      SizeIs(0));
}

TEST_F(ClassMapsTest, AxesOfLengthOneAreLeftOut) {
  for (const std::vector<std::int64_t>& shape :
       {std::vector<std::int64_t>{3, 4, 1}, {1, 3, 4}, {1, 1, 3, 4}, {1, 3, 4, 1}}) {
    const ClassMaps read = ReadClassMaps(Write(EncodeNpy(Filled(shape, 0.5F))));
    EXPECT_EQ(read.form, Form::kObject);
    EXPECT_EQ(read.maps.at(0).size(), cv::Size(4, 3));
  }
  for (const std::vector<std::int64_t>& shape :
       {std::vector<std::int64_t>{1, 2, 3, 4}, {2, 1, 3, 4}}) {
    const ClassMaps read = ReadClassMaps(Write(EncodeNpy(Filled(shape, 0.5F))));
    EXPECT_EQ(read.form, Form::kChannels);
    EXPECT_THAT(read.maps, SizeIs(2));
  }
}

// Whatever the image, channels that come first are read if their maps fit it or are square.
TEST_F(ClassMapsTest, ChannelsThatComeLastAreRefusedWithTheRemedy) {
  const auto read = [&](const std::vector<std::int64_t>& shape, cv::Size image) {
    const std::filesystem::path path = Write(EncodeNpy(Filled(shape, 0.5F)));
    return ErrorOf([&] { ReadClassMaps(path, {}, image); });
  };
  const auto last = AllOf(HasSubstr("maps.npy: is an array of"), HasSubstr("numpy.moveaxis"));
  const cv::Size wide(400, 300), tall(333, 500), square(224, 224);
  EXPECT_THAT(read({25, 33, 21}, wide), last);
  EXPECT_THAT(read({300, 400, 21}, wide), last);
  EXPECT_THAT(read({300, 400, 2}, wide), last);
  EXPECT_THAT(read({14, 14, 21}, wide), last) << "more channels than rows";
  EXPECT_THAT(read({14, 14, 21}, square), last);
  EXPECT_THAT(read({14, 14, 5}, {}), last);
  EXPECT_THAT(read({31, 29, 21}, wide), last) << "of no size that makes sense";
  EXPECT_EQ(read({21, 25, 33}, wide), "no error");
  EXPECT_EQ(read({2, 14, 14}, wide), "no error");
  EXPECT_EQ(read({21, 16, 11}, tall), "no error") << "the maps' width is the shortest axis";
  EXPECT_EQ(read({20, 20, 27}, wide), "no error");
  EXPECT_EQ(read({21, 14, 14}, square), "no error");
  EXPECT_EQ(read({30, 7, 7}, {}), "no error");
}

TEST_F(ClassMapsTest, FunctionsInAPickleAreNotCalled) {
  const std::string command = "touch " + (folder_ / "trace").string();
  const std::string call = "cposix\nsystem\nU"s + static_cast<char>(command.size()) + command;
  EXPECT_THAT(RefusalOfPickle("\x80\2" + call + "\x85R."),
              AllOf(HasSubstr("maps.npy: "), HasSubstr("not a usable dict of maps")));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "trace"));
}

TEST_F(ClassMapsTest, OtherPicklesAreRefusedWithTheCause) {
  // The array around an object, which is added to the list.
  const auto object = [](const std::string& value) {
    return "\x80\4cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n)C\1b\x87R(K\1)N\x89]"s +
           value + "atb.";
  };
  EXPECT_THAT(RefusalOfPickle(object("K\7")), HasSubstr("no dict of maps"));
  EXPECT_THAT(RefusalOfPickle(object("}U\4nameK\1s")), HasSubstr("other keys"));
  EXPECT_THAT(RefusalOfPickle(object("}U\4keys]K\1as")),
              AllOf(HasSubstr("without maps"), HasSubstr("'high_res', 'attn_highres'")));
  EXPECT_THAT(RefusalOfPickle(object("}K\1K\2s")), HasSubstr("it is no tensor"));
  EXPECT_THAT(RefusalOfPickle(object("}q\0K\1h\0s"s)), HasSubstr("it is no tensor"));
  EXPECT_THAT(RefusalOfPickle("\x80\2]."), HasSubstr("no array"));
  EXPECT_THAT(RefusalOfPickle(""), HasSubstr("truncated"));
  EXPECT_THAT(RefusalOfPickle(std::string(3'000'000, '}')), HasSubstr("too many values"));
}

// 250 entries that are all the same array.
TEST_F(ClassMapsTest, MapsThatOverlapAreRefused) {
  std::string text = TextOf(kSaved / "psa.npy");
  const std::size_t end =
      text.rfind("uatb") == std::string::npos ? text.rfind("ua") : text.rfind("uatb");
  ASSERT_NE(end, std::string::npos);
  std::string more = "q\xc8";  // The last map is on top.
  for (int key = 20; key < 250; ++key) more += "K"s + static_cast<char>(key) + "h\xc8";
  text.insert(end, more);
  EXPECT_THAT(RefusalOf(text), HasSubstr("overlap"));
}

TEST_F(ClassMapsTest, EveryTruncationIsRefused) {
  for (const char* const name : {"irn.npy", "psa.npy", "protocol2.npy", "channels.npy"}) {
    const std::string good = TextOf(kSaved / name);
    for (std::size_t length = 0; length < good.size(); ++length)
      ASSERT_THAT(RefusalOf(good.substr(0, length)), HasSubstr("maps.npy: ")) << name << length;
  }
}

TEST_F(ClassMapsTest, MutatedFilesAreReadOrRefused) {
  std::mt19937 random(13);
  int refused = 0;
  const std::vector<std::string> good = {TextOf(kSaved / "irn.npy"), TextOf(kSaved / "tensors.npy"),
                                         TextOf(kSaved / "psa.npy"),
                                         TextOf(kSaved / "protocol2.npy")};
  for (int round = 0; round < 4000; ++round) {
    std::string text = good[random() % good.size()];
    const std::size_t at = random() % text.size();
    if (round % 3 == 0)
      text[at] = static_cast<char>(text[at] ^ (1 << random() % 8));
    else if (round % 3 == 1)
      for (std::size_t i = at; i < std::min(at + 4, text.size()); ++i) text[i] = '\xff';
    else
      text.insert(random() % text.size(), text.substr(at, random() % 64));
    const std::filesystem::path path = Write(text);
    try {
      const ClassMaps read = ReadClassMaps(path);
      for (const cv::Mat& map : read.maps) ASSERT_TRUE(cv::checkRange(map, true, nullptr, 0, 1.01));
    } catch (const Error& error) {
      ASSERT_THAT(error.what(), HasSubstr(path.string()));
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000);
  EXPECT_LT(refused, 4000) << "some mutations should leave the file readable";
}

}  // namespace
}  // namespace gradcut
