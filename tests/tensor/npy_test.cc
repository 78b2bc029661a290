#include "gradcut/tensor/npy.h"

#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <random>
#include <string>
#include <string_view>

namespace gradcut {
namespace {

using namespace std::string_view_literals;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using Bytes = std::vector<std::uint8_t>;

// A file of version 1.0 as NumPy lays it out, 128 bytes before the data.
Bytes File(std::string header, std::string_view data) {
  header.resize(117, ' ');
  const std::string text = std::string("\x93NUMPY\x01\0v\0"sv) + header + "\n" + std::string(data);
  return {text.begin(), text.end()};
}

constexpr auto kFloats = "\0\0\0\0\0\0\x80?\0\0\0@\0\0@@\0\0\x80@\0\0\xa0@"sv;  // 0, 1, 2, 3, 4, 5

std::string Outcome(const Bytes& bytes) {
  return ErrorOf([&] { DecodeNpy(bytes, "file"); });
}

std::string HeaderOutcome(const std::string& header) { return Outcome(File(header, kFloats)); }

// What numpy.save(numpy.arange(6, dtype="float32").reshape(2, 3)) writes.
Bytes NumpysFloats() {
  return File("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", kFloats);
}

TEST(NpyTest, ReadsWhatNumpyWrites) {
  const NpyArray array = DecodeNpy(NumpysFloats(), "file");
  EXPECT_THAT(array.shape, ElementsAre(2, 3));
  EXPECT_EQ(array.dtype, Dtype::kFloat32);
  EXPECT_THAT(array.As<float>(), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(NpyTest, WritesWhatNumpyWrites) {
  const cv::Mat mat = (cv::Mat_<float>(2, 3) << 0, 1, 2, 3, 4, 5);
  EXPECT_EQ(EncodeNpy(mat), NumpysFloats());
  EXPECT_EQ(EncodeNpy(NpyArray{.shape = {2}, .dtype = Dtype::kBool, .bytes = {1, 0}}),
            File("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", "\x01\0"sv));
  EXPECT_EQ(EncodeNpy(NpyArray{.shape = {}, .dtype = Dtype::kFloat64, .bytes = Bytes(8)}),
            File("{'descr': '<f8', 'fortran_order': False, 'shape': (), }", "\0\0\0\0\0\0\0\0"sv));
}

TEST(NpyTest, FortranOrderIsTurned) {
  // numpy.asfortranarray(numpy.arange(6, dtype="int16").reshape(2, 3))
  const NpyArray array =
      DecodeNpy(File("{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }",
                     "\0\0\x03\0\x01\0\x04\0\x02\0\x05\0"sv),
                "file");
  EXPECT_THAT(array.As<std::int16_t>(), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(NpyTest, EveryTypeAndShapeReadsBack) {
  const TemporaryFolder folder;
  for (int d = 0; d <= static_cast<int>(Dtype::kFloat64); ++d)
    for (const std::vector<std::int64_t>& shape :
         {std::vector<std::int64_t>{}, {5}, {0, 3}, {2, 3}, {2, 1, 3}, {2, 3, 1, 2}}) {
      const auto dtype = static_cast<Dtype>(d);
      std::size_t count = 1;
      for (const std::int64_t size : shape) count *= static_cast<std::size_t>(size);
      NpyArray array{.shape = shape, .dtype = dtype, .bytes = {}};
      for (std::size_t i = 0; i < count * DtypeSize(dtype); ++i)
        array.bytes.push_back(static_cast<std::uint8_t>(i % 2));
      WriteFileAtomically(folder / "a.npy", EncodeNpy(array));
      const NpyArray read = ReadNpy(folder / "a.npy");
      EXPECT_EQ(read.shape, array.shape) << DtypeName(dtype);
      EXPECT_EQ(read.dtype, array.dtype);
      EXPECT_EQ(read.bytes, array.bytes);
      EXPECT_EQ(read.ToDoubles().size(), count);
    }
}

TEST(NpyTest, HalfPrecisionIsConverted) {
  const NpyArray array{
      .shape = {6},
      .dtype = Dtype::kFloat16,
      .bytes = {0x00, 0x3c, 0x00, 0xc0, 0x66, 0x2e, 0x01, 0x00, 0x00, 0x7c, 0x00, 0x7e}};
  const std::vector<double> values = array.ToDoubles();
  EXPECT_EQ(values[0], 1);
  EXPECT_EQ(values[1], -2);
  EXPECT_NEAR(values[2], 0.1, 1e-4);
  EXPECT_EQ(values[3], std::ldexp(1, -24));
  EXPECT_EQ(values[4], HUGE_VAL);
  EXPECT_TRUE(std::isnan(values[5]));
}

TEST(NpyTest, VersionTwoIsRead) {
  Bytes bytes = NumpysFloats();
  bytes[6] = 2;
  bytes.insert(bytes.begin() + 10, {0, 0});
  EXPECT_EQ(Outcome(bytes), "no error");
  bytes[6] = 4;
  EXPECT_THAT(Outcome(bytes), EndsWith("unknown format version 4"));
}

TEST(NpyTest, PartOfALargerMatrixIsEncoded) {
  const cv::Mat mat = (cv::Mat_<float>(2, 3) << 0, 1, 2, 3, 4, 5);
  EXPECT_THAT(DecodeNpy(EncodeNpy(mat(cv::Rect(1, 0, 2, 2))), "file").As<float>(),
              ElementsAre(1, 2, 4, 5));
}

TEST(NpyTest, TypeOfElementsIsChecked) {
  EXPECT_THROW(DecodeNpy(NumpysFloats(), "file").As<double>(), std::logic_error);
  EXPECT_THROW(EncodeNpy(NpyArray{.shape = {2}, .dtype = Dtype::kInt8, .bytes = {1}}),
               std::invalid_argument);
  EXPECT_THROW(EncodeNpy(cv::Mat(2, 2, CV_8UC3)), std::invalid_argument);
}

TEST(NpyTest, KeysMayComeInAnyOrder) {
  EXPECT_EQ(HeaderOutcome("{\"shape\":(3,2),'descr':'<f4','fortran_order':False}"), "no error");
}

TEST(NpyTest, ForeignArraysAreRefusedByName) {
  EXPECT_EQ(HeaderOutcome("{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }"),
            "file: has elements of type '|O', expected a boolean, integer or floating-point array");
  EXPECT_EQ(HeaderOutcome("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }"),
            "file: is big-endian, expected little-endian");
  EXPECT_EQ(HeaderOutcome("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 2, 3), }"),
            "file: has 5 dimensions, expected at most 4");
}

TEST(NpyTest, BooleansAreTrueOrFalse) {
  EXPECT_THAT(
      Outcome(File("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", "\x01\x02"sv)),
      HasSubstr("neither true nor false"));
}

TEST(NpyTest, HostileHeadersAreRefused) {
  for (const char* header :
       {"", "{}", "{'descr': '<f4', 'fortran_order': False, }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'more': 1}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 3), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, -3), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2 3), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 3), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': 6, }",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } import os", "{'descr': '<f4"})
    EXPECT_THAT(HeaderOutcome(header), HasSubstr("its header makes no sense")) << header;
  for (const char* shape :
       {"(2, 4)", "(6, )", "()", "(4294967296, 4294967296)", "(9223372036854775807, 4)"})
    EXPECT_THAT(HeaderOutcome("{'descr': '<f8', 'fortran_order': False, 'shape': " +
                              std::string(shape) + ", }"),
                HasSubstr("is corrupt or truncated (.npy): has 24 bytes of data, expected"))
        << shape;
}

TEST(NpyTest, TruncationIsAlwaysAnError) {
  const Bytes whole = NumpysFloats();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(Outcome(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))),
              "no error");
}

TEST(NpyTest, MutationsNeverCrash) {
  std::mt19937 random(7);
  for (int trial = 0; trial < 5000; ++trial) {
    Bytes bytes = NumpysFloats();
    for (int change = 0; change < 3; ++change)
      bytes[random() % 75] = static_cast<std::uint8_t>(
          change == 0 ? random() : "0123456789(),'<fTru{} "[random() % 22]);
    EXPECT_THAT(Outcome(bytes), Not(HasSubstr("\n")));
  }
}

}  // namespace
}  // namespace gradcut
