#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/dataset/listing.h"

#include <cstddef>
#include <cstdint>
#include <opencv2/core/types.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

// What one place in a file says of a photo.
struct HintPiece {
  std::string where;   // The file, and the line where it has several; printable.
  cv::Size size = {};  // Of the photo that is meant; empty: not said, the upright one.
  Hints hints = {};
};

// One of the paths that `HintFiles` was given.
class HintSource {
 public:
  virtual ~HintSource() = default;

  // `size` is that of the upright photo. Throws `Error` "FILE: cause".
  virtual std::vector<HintPiece> Find(const Input& photo, cv::Size size) const = 0;

  // A text that changes with what it says of a photo; "" where that is nothing. Throws likewise.
  virtual std::string Content(const Input& photo) const = 0;

  // See `HintFiles::Knows`.
  virtual bool Knows(const Input& photo) const { return !Content(photo).empty(); }

  // See `HintFiles::Warnings`.
  virtual std::vector<std::string> Warnings() const = 0;
};

// Adds what is drawn by boxes and strokes, and what is wanted of the finished mask.
void AppendDrawn(const Hints& hints, Hints& all);

// A text that changes with what pieces without maps say, not with how it is spread over them.
std::string ContentOf(std::span<const HintPiece> pieces);

// The warning of `count` NOUN of which some belong to no image, or nothing where all do.
std::vector<std::string> WarningOfUnused(const std::string& file, std::string_view noun,
                                         std::span<const std::string> unused, std::size_t count);

// The first few of some texts in a line: "a, b, c and 4 more".
std::string FewOf(std::span<const std::string> texts);

}  // namespace gradcut
