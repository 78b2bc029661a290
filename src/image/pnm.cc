#include "image/pnm.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/bytes.h"
#include "image/codec.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <opencv2/core.hpp>
#include <string_view>

namespace gradcut {
namespace {

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Netpbm's formats P1 to P6: a header of decimal numbers between white space and comments, then the
// samples, as text or as bytes (netpbm.sourceforge.net/doc/pnm.html).
class PnmReader {
 public:
  PnmReader(Bytes bytes, const std::string& name)
      : text_(AsText(bytes)), name_(name), kind_(text_[1] - '0') {}

  DecodedImage Read(const ImageReadOptions& options) {
    const std::int64_t cols = Number("width");
    const std::int64_t rows = Number("height");
    Require(rows > 0 && cols > 0, "{}: is corrupt (PNM): it has no size", name_);
    CheckPixelCount(rows, cols, name_, options);
    constexpr int kMaxSide = std::numeric_limits<int>::max();
    Require(rows <= kMaxSide && cols <= kMaxSide, "{}: is too large", name_);
    constexpr int kMaxWhite = 65535;
    white_ = bits() ? 1 : Number("maximum");
    Require(white_ >= 1 && white_ <= kMaxWhite,
            "{}: is a PNM whose maximum value is {}, expected 1 to {}", name_, white_, kMaxWhite);
    if (!plain()) SkipToRaster();

    const bool colours = kind_ == 3 || kind_ == 6;
    cv::Mat pixels(static_cast<int>(rows), static_cast<int>(cols),
                   CV_MAKETYPE(white_ > 255 ? CV_16U : CV_8U, colours ? 3 : 1));
    for (int row = 0; row < pixels.rows; ++row) {
      if (white_ > 255)
        ReadRow(pixels.ptr<std::uint16_t>(row), pixels.cols * pixels.channels());
      else
        ReadRow(pixels.ptr<std::uint8_t>(row), pixels.cols * pixels.channels());
    }
    return {.pixels = pixels, .white = static_cast<double>(white_)};
  }

 private:
  bool plain() const { return kind_ <= 3; }
  bool bits() const { return kind_ == 1 || kind_ == 4; }

  [[noreturn]] void FailAsTruncated() const { Fail("{}: is truncated (PNM)", name_); }

  void SkipSpace() {
    while (at_ < text_.size() && (IsSpace(text_[at_]) || text_[at_] == '#'))
      at_ = text_[at_] == '#' ? std::min(text_.find_first_of("\r\n", at_), text_.size()) : at_ + 1;
    if (at_ == text_.size()) FailAsTruncated();
  }

  std::int64_t Number(const char* what) {
    SkipSpace();
    std::int64_t value = 0;
    const auto [end, error] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    Require(error == std::errc() && value >= 0, "{}: is corrupt (PNM): its {} is no number", name_,
            what);
    at_ = static_cast<std::size_t>(end - text_.data());
    return value;
  }

  // One white space, or a comment up to the end of its line.
  void SkipToRaster() {
    if (at_ < text_.size() && text_[at_] == '#')
      at_ = std::min(text_.find('\n', at_), text_.size());
    if (at_ == text_.size()) FailAsTruncated();
    Require(IsSpace(text_[at_]), "{}: is corrupt (PNM): its header does not end", name_);
    ++at_;
  }

  template <class Sample>
  void ReadRow(Sample* row, int count) {
    if (kind_ == 4) return ReadBits(row, count);
    const std::size_t size = sizeof(Sample);
    if (!plain() && (text_.size() - at_) / size < static_cast<std::size_t>(count))
      FailAsTruncated();
    for (int i = 0; i < count; ++i) {
      const std::int64_t value = kind_ == 1 ? PlainBit() : plain() ? Number("sample") : Raw(size);
      Require(value <= white_, "{}: is corrupt (PNM): it has the value {}, above its maximum of {}",
              name_, value, white_);
      row[i] = static_cast<Sample>(value);
    }
  }

  // Bits are ink: 1 is black. Their digits need no white space between them.
  std::int64_t PlainBit() {
    SkipSpace();
    const char digit = text_[at_++];
    Require(digit == '0' || digit == '1', "{}: is corrupt (PNM): a sample is neither 0 nor 1",
            name_);
    return digit == '0' ? 1 : 0;
  }

  template <class Sample>
  void ReadBits(Sample* row, int count) {
    const std::size_t size = (static_cast<std::size_t>(count) + 7) / 8;
    if (text_.size() - at_ < size) FailAsTruncated();
    for (int i = 0; i < count; ++i) {
      const auto byte = static_cast<std::uint8_t>(text_[at_ + static_cast<std::size_t>(i) / 8]);
      row[i] = (byte >> (7 - i % 8) & 1) == 0 ? 1 : 0;
    }
    at_ += size;
  }

  std::int64_t Raw(std::size_t size) {
    std::int64_t value = 0;
    for (; size > 0; --size) value = value << 8 | static_cast<std::uint8_t>(text_[at_++]);
    return value;
  }

  std::string_view text_;
  const std::string& name_;
  const int kind_;
  std::size_t at_ = 2;
  std::int64_t white_ = 0;
};

}  // namespace

DecodedImage DecodePnm(Bytes bytes, const std::string& name, const ImageReadOptions& options) {
  return PnmReader(bytes, name).Read(options);
}

}  // namespace gradcut
