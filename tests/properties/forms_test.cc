// What is written and read comes back: run lengths, polygons, names, arrays, weights. NumPy reads
// the latter two as well, and gradcut what NumPy has written.

#include "gradcut/dataset/polygon_runs.h"
#include "gradcut/dataset/polygons.h"
#include "gradcut/dataset/run_lengths.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/json.h"
#include "gradcut/tensor/npy.h"
#include "gradcut/tensor/safetensors.h"
#include "support/program.h"
#include "support/temporary_folder.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

cv::Mat AnyMask() {
  cv::Mat mask(*rc::gen::inRange(1, 20), *rc::gen::inRange(1, 20), CV_8UC1);
  const int blobs = *rc::gen::inRange(0, 5);
  mask = 0;
  for (int i = 0; i < blobs; ++i) {
    const cv::Rect box(*rc::gen::inRange(0, 20), *rc::gen::inRange(0, 20), *rc::gen::inRange(1, 9),
                       *rc::gen::inRange(1, 9));
    mask(box & cv::Rect({}, mask.size())) = *rc::gen::element(0, 255);
  }
  return mask;
}

bool Same(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && (a.empty() || cv::countNonZero(a != b) == 0);
}

TEST(RunLengthPropertiesTest, MaskAndTextComeBack) {
  EXPECT_TRUE(rc::check([] {
    const cv::Mat mask = AnyMask();
    const RunLengths runs = EncodeRuns(mask);
    RC_ASSERT(Same(DecodeRuns(runs), mask));
    RC_ASSERT(DecompressRuns(CompressRuns(runs), mask.rows, mask.cols).counts == runs.counts);
  }));
}

TEST(RunLengthPropertiesTest, UnionAndIntersectionAreThoseOfThePixels) {
  EXPECT_TRUE(rc::check([] {
    const cv::Mat a = AnyMask();
    cv::Mat b = a.clone();
    cv::flip(a, b, *rc::gen::inRange(-1, 2));
    const RunLengths runs_a = EncodeRuns(a), runs_b = EncodeRuns(b);
    const RunLengths both = UniteRuns(runs_a, runs_b);
    RC_ASSERT(ObjectPixels(both) + CommonPixels(runs_a, runs_b) ==
              ObjectPixels(runs_a) + ObjectPixels(runs_b));
    RC_ASSERT(Same(DecodeRuns(both), a | b));
  }));
}

TEST(NamePropertiesTest, AnyBytesComeBackFromJson) {
  EXPECT_TRUE(rc::check([] {
    const std::string character = *rc::gen::element<std::string>("", "é", "\U0010fde9", "\xf4\x8f");
    const std::string name = *rc::gen::container<std::string>(rc::gen::arbitrary<char>()) +
                             character +
                             *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    const std::string text = JsonText({{"path", name}});
    RC_ASSERT(nlohmann::json::accept(text));
    RC_ASSERT(ParsedJson(text).at("path") == name);
    RC_ASSERT(JsonText(ParsedJson(text)) == text);
  }));
}

TEST(PolygonPropertiesTest, OutlinesFillTheirRegions) {
  EXPECT_TRUE(rc::check([] {
    const cv::Mat mask = AnyMask();
    cv::Mat filled = cv::Mat::zeros(mask.size(), CV_8UC1);
    for (const Polygon& outline : Outlines(mask)) {
      std::vector<cv::Point> corners;
      for (const cv::Point2f& corner : outline)
        corners.emplace_back(static_cast<int>(corner.x), static_cast<int>(corner.y));
      cv::fillPoly(filled, std::vector{corners}, 255);
    }
    RC_ASSERT(cv::countNonZero(mask & ~filled) == 0);  // Holes are filled, nothing is missing.
    cv::Mat outside;  // What is not reached from outside is in a hole.
    cv::copyMakeBorder(mask, outside, 1, 1, 1, 1, cv::BORDER_CONSTANT, 0);
    cv::floodFill(outside, {0, 0}, 128);
    const cv::Mat inside = outside(cv::Rect(1, 1, mask.cols, mask.rows)) != 128;
    RC_ASSERT(cv::countNonZero(filled & ~inside) == 0);
  }));
}

TEST(PolygonPropertiesTest, ARectangleOfWholePixelsIsItsPixels) {
  EXPECT_TRUE(rc::check([] {
    const int rows = *rc::gen::inRange(1, 30), cols = *rc::gen::inRange(1, 30);
    const int x = *rc::gen::inRange(0, cols), y = *rc::gen::inRange(0, rows);
    const int right = *rc::gen::inRange(x, cols + 1), below = *rc::gen::inRange(y, rows + 1);
    const std::vector<cv::Point2d> corners = {{double(x), double(y)},
                                              {double(right), double(y)},
                                              {double(right), double(below)},
                                              {double(x), double(below)}};
    cv::Mat pixels = cv::Mat::zeros(rows, cols, CV_8UC1);
    pixels(cv::Rect(x, y, right - x, below - y)) = 255;
    RC_ASSERT(Same(DecodeRuns(FillPolygon(corners, rows, cols)), pixels));
  }));
}

NpyArray AnyArray() {
  static constexpr Dtype kTypes[] = {Dtype::kBool,    Dtype::kInt8,    Dtype::kInt16,
                                     Dtype::kInt32,   Dtype::kInt64,   Dtype::kUint8,
                                     Dtype::kUint16,  Dtype::kUint32,  Dtype::kUint64,
                                     Dtype::kFloat16, Dtype::kFloat32, Dtype::kFloat64};
  NpyArray array;
  array.dtype = kTypes[*rc::gen::inRange(0, 12)];
  array.shape = *rc::gen::resize(
      4, rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 5)));
  std::size_t size = DtypeSize(array.dtype);
  for (const std::int64_t side : array.shape) size *= static_cast<std::size_t>(side);
  array.bytes.resize(size);
  for (std::uint8_t& byte : array.bytes)
    byte = array.dtype == Dtype::kBool ? *rc::gen::inRange<std::uint8_t>(0, 2)
                                       : *rc::gen::arbitrary<std::uint8_t>();
  return array;
}

TEST(TensorPropertiesTest, ArraysComeBack) {
  EXPECT_TRUE(rc::check([] {
    const NpyArray array = AnyArray();
    RC_PRE(array.shape.size() <= 4U);
    const NpyArray read = DecodeNpy(EncodeNpy(array), "array");
    RC_ASSERT(read.shape == array.shape);
    RC_ASSERT(read.dtype == array.dtype);
    RC_ASSERT(read.bytes == array.bytes);
  }));
}

// Arrays and weights that gradcut wrote, as NumPy sees them, and the same from NumPy's hand.
constexpr const char* kReadByNumPy = R"(
import json, pathlib, struct, sys
import numpy as np
TYPES = {"F32": "<f4", "F64": "<f8", "I64": "<i8", "U8": "u1", "F16": "<f2"}
for text in sorted(pathlib.Path(".").glob("*.json")):
    expected = json.loads(text.read_text())
    array = np.load(text.with_suffix(".npy"))
    assert array.dtype == expected["dtype"] and list(array.shape) == expected["shape"], text
    assert array.tobytes().hex() == expected["bytes"], text
    np.save(text.with_suffix(".again.npy"), array.copy(order="F"))
data = pathlib.Path("all.safetensors").read_bytes()
length, = struct.unpack("<Q", data[:8])
header = json.loads(data[8:8 + length])
assert header.pop("__metadata__") == {"a": "b"}
body, found, out, fields = data[8 + length:], {}, b"", {}
for name, field in header.items():
    begin, end = field["data_offsets"]
    found[name] = np.frombuffer(body[begin:end], TYPES[field["dtype"]]).reshape(field["shape"])
    fields[name] = dict(field, data_offsets=[len(out), len(out) + end - begin])
    out += found[name].tobytes()
text = json.dumps(fields).encode()
pathlib.Path("again.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + out)
print(len(found))
)";

TEST(TensorPropertiesTest, NumPyReadsWhatIsWrittenAndTheOtherWayRound) {
  const TemporaryFolder folder;
  std::vector<NpyArray> arrays;
  EXPECT_TRUE(rc::check([&] {
    const NpyArray array = AnyArray();
    RC_PRE(array.shape.size() <= 4U);
    arrays.push_back(array);
  }));
  ASSERT_GT(arrays.size(), 50U);
  StoredTensors tensors;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const NpyArray& array = arrays[i];
    std::string hex;
    for (const std::uint8_t byte : array.bytes) hex += fmt::format("{:02x}", byte);
    const nlohmann::json expected = {
        {"dtype", std::string(DtypeName(array.dtype))}, {"shape", array.shape}, {"bytes", hex}};
    WriteFileAtomically(folder / fmt::format("{}.json", i), expected.dump());
    WriteFileAtomically(folder / fmt::format("{}.npy", i), EncodeNpy(array));
    if (array.dtype == Dtype::kFloat32 || array.dtype == Dtype::kInt64)
      tensors[fmt::format("tensor {}", i)] = {array.dtype == Dtype::kFloat32 ? "F32" : "I64",
                                              array.shape, std::as_bytes(std::span(array.bytes))};
  }
  ASSERT_FALSE(tensors.empty());
  WriteSafetensors(folder / "all.safetensors", tensors, {{"a", "b"}});

  Program numpy({"-c", kReadByNumPy}, {.folder = folder.path()});
  const ProgramResult result = numpy.Wait();
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(std::stoul(result.out), tensors.size());

  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const NpyArray read = ReadNpy(folder / fmt::format("{}.again.npy", i));
    EXPECT_EQ(read.shape, arrays[i].shape) << i;
    EXPECT_EQ(read.bytes, arrays[i].bytes) << i;
  }
  const SafetensorsFile again = SafetensorsFile::Open(folder / "again.safetensors");
  ASSERT_EQ(again.tensors().size(), tensors.size());
  for (const auto& [name, tensor] : tensors) {
    EXPECT_EQ(again.tensors().at(name).shape, tensor.shape) << name;
    EXPECT_TRUE(std::ranges::equal(again.tensors().at(name).bytes, tensor.bytes)) << name;
  }
}

}  // namespace
}  // namespace gradcut
