#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/dataset/listing.h"
#include "gradcut/image/image_io.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <opencv2/core/types.hpp>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

class HintSource;

/// What the PNGs of a folder of hints mean.
enum class HintImages {
  kTrimap,        ///< `Hints::trimap`: 0 is background, white object, anything else unknown.
  kClassIndices,  ///< `Hints::labels`: class indices, 255 where nothing is said.
};

/// Hints on many photos, as files hold them:
///
/// * NAME.jsonl: lines as `HintsToJsonLine` writes them, those of one path add up. Any part but
///   "path" and coordinates may be missing; {"path": P, "clear": true} drops what earlier lines say
///   of P; "width" and "height" may say for which size of the photo the line is.
/// * NAME.json: COCO's images, annotations (their boxes; those of crowds are left out, which
///   `Warnings` says) and categories.
/// * A folder that mirrors those of the photos, with any of
///     STEM.xml  VOC: boxes of pixels that count from 1, the last one included;
///     STEM.txt  YOLO: a line "CLASS CX CY WIDTH HEIGHT [CONFIDENCE] [TRACK]", or CLASS and the
///               corners of a polygon whose box is taken, as fractions of the photo's sides. Names
///               of classes are looked for in data.yaml, dataset.yaml and classes.txt, there and in
///               the two folders above; where "kpt_shape" stands beside them, the box is followed
///               by so many keypoints, which are left out. An empty file has no boxes;
///     STEM.png  see `HintImages`.
///
/// A name in a .jsonl or .json file means the photo of that path; else the one of that place in the
/// output; else the one that is either but for slashes and accents; else the one with which it
/// shares the most last parts of the path, the extension mattering last, and the folders before
/// these: a name in a folder of other photos means none that lies elsewhere. Files in a folder
/// belong to photos likewise, extensions apart; but one that may mean several means none.
///
/// Where a file says for which size it is, and the photo has these sides exchanged, its coordinates
/// and maps are those of the pixels before EXIF turns them, and are turned with the photo. Nothing
/// tells that of square photos, of turns by 180 degrees, or of YOLO's files.
class HintFiles {
 public:
  /// Reads .jsonl and .json files and lists folders. `photos` are all that will be asked for, as
  /// far as they are known: they tell which names and files belong to none, or to several. Throws
  /// `Error` "FILE: cause" or "FILE:LINE: cause" for what is missing, of another kind or malformed.
  explicit HintFiles(std::span<const std::filesystem::path> paths,
                     HintImages images = HintImages::kTrimap, std::span<const Input> photos = {},
                     const ImageReadOptions& read = {});

  /// What all files say of a photo that has that size when upright, in the order of the paths;
  /// checked by `CheckedHints`. Boxes without an id get the smallest ids that are left, from 1 on.
  /// Throws `Error` "FILE: cause" for what cannot be meant in this photo, and where two names, or
  /// two photos, belong together as well. May be called from several threads.
  /// `file` holds the bytes of the photo; where it is empty, they are read if they are needed.
  Hints Find(const Input& photo, cv::Size size, std::span<const std::uint8_t> file = {}) const;

  /// A text that changes when what the files say of the photo does; "" where they say nothing.
  /// Never throws for a file: what is wrong is part of the text.
  std::string Digest(const Input& photo) const;

  /// Whether a file names the photo, even if only to drop what it has said. Throws like `Find`.
  bool Knows(const Input& photo) const;

  /// What `Digest` is where one .jsonl file says that of the photo, in however many lines, and no
  /// other file anything.
  static std::string DigestOf(const Hints& hints);

  /// A line for each file with crowds, each file with names, and each folder with files, that
  /// belong to none of `photos`, and each that cannot be searched.
  std::vector<std::string> Warnings() const;

 private:
  ImageReadOptions read_;
  std::vector<std::shared_ptr<const HintSource>> sources_;
};

}  // namespace gradcut
