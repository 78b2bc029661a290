#include "gradcut/tensor/safetensors.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/sha256.h"
#include "support/error_of.h"
#include "support/sparse_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <random>

namespace gradcut {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string FileText(const std::string& header, const std::string& data) {
  std::string text(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(text.data(), &length, sizeof length);
  return text + header + data;
}

const std::string kGood = FileText(
    R"({"__metadata__":{"arch":"demo"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},)"
    R"("n":{"dtype":"I64","shape":[],"data_offsets":[8,16]}})",
    std::string(16, '\1'));

class SafetensorsTest : public ::testing::Test {
 protected:
  std::filesystem::path Write(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    return path_;
  }

  std::string RefusalOf(const std::string& text) {
    try {
      SafetensorsFile::Open(Write(text));
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  }

  const std::filesystem::path path_ = ::testing::TempDir() + "safetensors_test.safetensors";
};

TEST_F(SafetensorsTest, TensorsAndMetadataAreRead) {
  const SafetensorsFile file = SafetensorsFile::Open(Write(kGood));
  EXPECT_EQ(file.metadata().at("arch"), "demo");
  EXPECT_EQ(file.tensors().at("w").dtype, "F32");
  EXPECT_THAT(file.tensors().at("w").shape, ElementsAre(1, 2));
  EXPECT_EQ(file.tensors().at("n").bytes.size(), 8U);
  EXPECT_EQ(file.bytes().size(), kGood.size());
}

TEST_F(SafetensorsTest, EveryTruncationIsRefused) {
  for (std::size_t length = 0; length < kGood.size(); ++length)
    EXPECT_THAT(RefusalOf(kGood.substr(0, length)), HasSubstr(path_.string())) << length;
}

TEST_F(SafetensorsTest, WrongHeadersAreRefusedWithTheCause) {
  const auto refusal = [this](const std::string& entry) {
    return RefusalOf(FileText(R"({"w":)" + entry + "}", std::string(8, '\0')));
  };
  EXPECT_THAT(RefusalOf(FileText("[1]", "")), HasSubstr("not an object"));
  EXPECT_THAT(RefusalOf(FileText("{\"w\":", "")), HasSubstr("not a valid safetensors file"));
  EXPECT_THAT(refusal("3"), HasSubstr("'w'"));
  EXPECT_THAT(refusal(R"({"dtype":"F99","shape":[2],"data_offsets":[0,8]})"),
              HasSubstr("unknown dtype F99"));
  EXPECT_THAT(refusal(R"({"dtype":"F32","shape":[3],"data_offsets":[0,8]})"),
              HasSubstr("disagree"));
  EXPECT_THAT(refusal(R"({"dtype":"F32","shape":[-2],"data_offsets":[0,8]})"),
              HasSubstr("disagree"));
  EXPECT_THAT(refusal(R"({"dtype":"F32","shape":[4611686018427387904,2],"data_offsets":[0,8]})"),
              HasSubstr("disagree"));
  EXPECT_THAT(refusal(R"({"dtype":"F32","shape":[1.5],"data_offsets":[0,8]})"),
              HasSubstr("whole number"));
  EXPECT_THAT(refusal(R"({"dtype":"F32","shape":[2],"data_offsets":[4,12]})"),
              HasSubstr("outside the file"));
  EXPECT_THAT(refusal(R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})"),
              HasSubstr("outside the file"));
}

TEST_F(SafetensorsTest, OverlappingTensorsAreRefused) {
  EXPECT_THAT(RefusalOf(FileText(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                                 R"("b":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}})",
                                 std::string(8, '\0'))),
              HasSubstr("overlap"));
}

TEST_F(SafetensorsTest, MissingFilesAndFoldersAreRefused) {
  EXPECT_THROW(SafetensorsFile::Open("/does/not/exist"), Error);
  EXPECT_THROW(SafetensorsFile::Open("/"), Error);
}

TEST_F(SafetensorsTest, MutatedFilesNeverReachOutsideTheFile) {
  std::mt19937 random(7);
  int accepted = 0;
  for (int round = 0; round < 1000; ++round) {
    std::string text = kGood;
    for (int k = 0; k < 3; ++k) text[random() % text.size()] = static_cast<char>(random());
    try {
      const SafetensorsFile file = SafetensorsFile::Open(Write(text));
      const auto whole = file.bytes();
      for (const auto& [name, tensor] : file.tensors()) {
        ASSERT_GE(tensor.bytes.data(), whole.data());
        ASSERT_LE(tensor.bytes.data() + tensor.bytes.size(), whole.data() + whole.size());
      }
      ++accepted;
    } catch (const Error&) {
    }
  }
  EXPECT_GT(accepted, 0) << "the mutations should leave some files readable";
}

// ---- Tensors as matrices

TEST_F(SafetensorsTest, VectorsAreRowsAndOtherTensorsAreNone) {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  const auto bytes = std::as_bytes(std::span(values));
  WriteSafetensors(path_,
                   {{"v", {"F32", {6}, bytes}},
                    {"m", {"F32", {2, 3}, bytes}},
                    {"d", {"F64", {3}, bytes}},
                    {"i", {"I32", {6}, bytes}},
                    {"none", {"F32", {0}, {}}}},
                   {});
  const SafetensorsFile file = SafetensorsFile::Open(path_);
  EXPECT_EQ(file.Matrix("v", 1).size(), cv::Size(6, 1));
  EXPECT_EQ(file.Matrix("m", 2).size(), cv::Size(3, 2));
  EXPECT_EQ(file.Matrix("m", 2).at<float>(1, 2), 6);
  EXPECT_EQ(file.Matrix("d", 1).type(), CV_64FC1);
  for (const char* const name : {"i", "none", "m", "missing"})
    EXPECT_TRUE(file.Matrix(name, 1).empty()) << name;
  EXPECT_THROW(file.Matrix("v", 3), std::invalid_argument);
}

// Sizes that would wrap round to small ones: nothing is allocated or copied.
TEST_F(SafetensorsTest, SizesThatNoMatrixHasAreRefused) {
  const std::uint64_t count = kWrapsTo224;
  for (const auto& [shape, dimensions] :
       {std::pair("[4294967520]", 1), std::pair("[1,4294967520]", 2),
        std::pair("[4294967520,1]", 2), std::pair("[2147483760,2]", 2)}) {
    WriteSparseSafetensors(path_, "{" + SparseTensor("w", shape, 0, count) + "}", 4 * count);
    const SafetensorsFile file = SafetensorsFile::Open(path_);
    const std::string refusal = ErrorOf([&] { file.Matrix("w", dimensions); });
    EXPECT_THAT(refusal, HasSubstr(path_.string() + ": a side of 'w' is ")) << shape;
  }
  WriteSparseSafetensors(path_, "{" + SparseTensor("w", "[1073741824]", 0, 1 << 30) + "}",
                         std::uint64_t{4} << 30);
  const SafetensorsFile file = SafetensorsFile::Open(path_);
  EXPECT_THAT(ErrorOf([&] { file.Matrix("w", 1); }),
              HasSubstr("'w' has 4294967296 bytes, expected at most"));
}

TEST(Sha256Test, MatchesTheStandardsExample) {
  const std::string text = "abc";  // FIPS 180-2, appendix B.1
  EXPECT_EQ(Sha256(std::as_bytes(std::span(text))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace gradcut
