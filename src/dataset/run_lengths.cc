#include "gradcut/dataset/run_lengths.h"

#include "gradcut/core/image.h"

#include <algorithm>
#include <numeric>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

// What a character adds to the 5 bits of its group.
constexpr char kFirst = '0';
constexpr int kMore = 0x20;
constexpr int kSign = 0x10;

// Goes through the runs of a mask, leaving out those of no pixels.
class RunCursor {
 public:
  explicit RunCursor(const RunLengths& runs) : counts_(runs.counts) { Settle(); }

  bool done() const { return left_ == 0; }
  bool object() const { return object_; }
  std::uint32_t left() const { return left_; }  // Pixels of this run that are still to come.

  void Advance(std::uint32_t pixels) {
    left_ -= pixels;
    Settle();
  }

 private:
  void Settle() {
    while (left_ == 0 && next_ < counts_.size()) {
      left_ = counts_[next_++];
      object_ = !object_;
    }
  }

  const std::vector<std::uint32_t>& counts_;
  std::size_t next_ = 0;
  std::uint32_t left_ = 0;
  bool object_ = true;  // The first run is background.
};

// Calls `visit(pixels, in_a, in_b)` for each stretch over which neither mask changes.
template <class Visit>
void ForEachStretch(const RunLengths& a, const RunLengths& b, const Visit& visit) {
  if (a.rows != b.rows || a.cols != b.cols)
    throw std::invalid_argument("run lengths of masks of two sizes");
  RunCursor in_a(a), in_b(b);
  while (!in_a.done() && !in_b.done()) {
    const std::uint32_t pixels = std::min(in_a.left(), in_b.left());
    visit(pixels, in_a.object(), in_b.object());
    in_a.Advance(pixels);
    in_b.Advance(pixels);
  }
}

// Calls `visit(begin, end)` for each run of the object, counted in pixels down the columns.
template <class Visit>
void ForEachObjectRun(const RunLengths& runs, const Visit& visit) {
  std::int64_t begin = 0;
  for (std::size_t i = 0; i < runs.counts.size(); ++i) {
    const std::int64_t end = begin + runs.counts[i];
    if (i % 2 == 1 && end > begin) visit(begin, end);
    begin = end;
  }
}

}  // namespace

void CheckRuns(const RunLengths& runs) {
  const std::uint64_t sum =
      std::accumulate(runs.counts.begin(), runs.counts.end(), std::uint64_t{0});
  if (runs.rows < 0 || runs.cols < 0 || sum != static_cast<std::uint64_t>(runs.rows) * runs.cols)
    throw std::invalid_argument("run lengths do not add up to the mask's size");
}

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
  CheckRuns(runs);
  if (runs.rows == 0 || runs.cols == 0) return cv::Mat(runs.rows, runs.cols, CV_8UC1);
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
  CheckRuns(runs);
  return runs;
}

std::int64_t ObjectPixels(const RunLengths& runs) {
  std::int64_t pixels = 0;
  ForEachObjectRun(runs, [&](std::int64_t begin, std::int64_t end) { pixels += end - begin; });
  return pixels;
}

cv::Rect ObjectBox(const RunLengths& runs) {
  cv::Rect box;
  ForEachObjectRun(runs, [&](std::int64_t begin, std::int64_t end) {
    const int left = static_cast<int>(begin / runs.rows);
    const int right = static_cast<int>((end - 1) / runs.rows);
    const int top = static_cast<int>(begin % runs.rows);
    const int bottom = static_cast<int>((end - 1) % runs.rows);
    // A run through several columns comes to the bottom of one and begins at the top of the next.
    box |= left == right ? cv::Rect(left, top, 1, bottom - top + 1)
                         : cv::Rect(left, 0, right - left + 1, runs.rows);
  });
  return box;
}

std::int64_t CommonPixels(const RunLengths& a, const RunLengths& b) {
  std::int64_t common = 0;
  ForEachStretch(a, b, [&](std::uint32_t pixels, bool in_a, bool in_b) {
    if (in_a && in_b) common += pixels;
  });
  return common;
}

RunLengths UniteRuns(const RunLengths& a, const RunLengths& b) {
  RunLengths both = {a.rows, a.cols, {0}};
  bool object = false;
  ForEachStretch(a, b, [&](std::uint32_t pixels, bool in_a, bool in_b) {
    if ((in_a || in_b) != object) {
      both.counts.push_back(0);
      object = !object;
    }
    both.counts.back() += pixels;
  });
  return both;
}

}  // namespace gradcut
