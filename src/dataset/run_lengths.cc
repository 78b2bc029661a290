#include "gradcut/dataset/run_lengths.h"

#include "gradcut/core/image.h"

#include <numeric>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

// What a character adds to the 5 bits of its group.
constexpr char kFirst = '0';
constexpr int kMore = 0x20;
constexpr int kSign = 0x10;

void CheckSum(const RunLengths& runs) {
  const std::uint64_t sum =
      std::accumulate(runs.counts.begin(), runs.counts.end(), std::uint64_t{0});
  if (runs.rows < 0 || runs.cols < 0 || sum != static_cast<std::uint64_t>(runs.rows) * runs.cols)
    throw std::invalid_argument("run lengths do not add up to the mask's size");
}

}  // namespace

RunLengths EncodeRuns(const cv::Mat& mask) {
  CheckMask(mask, "EncodeRuns: mask");
  const cv::Mat columns = mask.t();  // A column is a row in memory then.
  RunLengths runs = {mask.rows, mask.cols, {0}};
  bool object = false;
  for (const std::uint8_t* pixel = columns.datastart; pixel != columns.dataend; ++pixel) {
    if ((*pixel != 0) != object) {
      runs.counts.push_back(0);
      object = !object;
    }
    ++runs.counts.back();
  }
  return runs;
}

cv::Mat DecodeRuns(const RunLengths& runs) {
  CheckSum(runs);
  cv::Mat columns(runs.cols, runs.rows, CV_8UC1);
  std::uint8_t* pixel = columns.data;
  std::uint8_t value = kMaskBackground;
  for (const std::uint32_t count : runs.counts) {
    std::fill_n(pixel, count, value);
    pixel += count;
    value = value == kMaskBackground ? kMaskForeground : kMaskBackground;
  }
  return columns.t();
}

std::string CompressRuns(const RunLengths& runs) {
  std::string text;
  for (std::size_t i = 0; i < runs.counts.size(); ++i) {
    std::int64_t value = runs.counts[i];
    if (i > 2) value -= runs.counts[i - 2];
    bool more = true;
    while (more) {
      const int group = static_cast<int>(value & 0x1f);
      value >>= 5;
      more = value != ((group & kSign) != 0 ? -1 : 0);
      text += static_cast<char>(kFirst + (more ? group | kMore : group));
    }
  }
  return text;
}

RunLengths DecompressRuns(std::string_view text, int rows, int cols) {
  RunLengths runs = {rows, cols, {}};
  std::int64_t value = 0;
  int shift = 0;
  for (const char c : text) {
    const int group = c - kFirst;
    // 35 bits hold any count, and any difference of two.
    if (group < 0 || group >= 2 * kMore || shift > 30)
      throw std::invalid_argument("compressed run lengths: not such a text");
    value |= static_cast<std::int64_t>(group & 0x1f) << shift;
    shift += 5;
    if ((group & kMore) != 0) continue;
    if ((group & kSign) != 0) value -= std::int64_t{1} << shift;
    if (runs.counts.size() > 2) value += runs.counts[runs.counts.size() - 2];
    if (value < 0 || value > UINT32_MAX)
      throw std::invalid_argument("compressed run lengths: a run of impossible length");
    runs.counts.push_back(static_cast<std::uint32_t>(value));
    value = 0;
    shift = 0;
  }
  if (shift != 0) throw std::invalid_argument("compressed run lengths: the text ends early");
  CheckSum(runs);
  return runs;
}

}  // namespace gradcut
