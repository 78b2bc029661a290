#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// An image and the classes that are in it.
struct LabelledImage {
  std::string name;                  ///< As the labels have it: a stem or a path.
  std::filesystem::path path;        ///< Where the image is.
  std::filesystem::path relative;    ///< Its place below the folder of the images; see `Input`.
  std::vector<std::string> classes;  ///< Each once, as written.
};

/// Where image-level labels are read from.
struct ImageLabelSource {
  /// One of these, told apart by what is there:
  ///
  /// * a table: a line an image, its stem or path, a tab, class names (none: nothing known is in
  ///   it). Names are separated by commas or further tabs if any line of the table has one; else
  ///   by spaces, where as many words as make one of the known names are one name;
  /// * CSV (.csv, RFC 4180) with a first line `image,classes`, whose cells hold class names
  ///   separated by semicolons if any cell has one, else by spaces; or `image,cat,dog`: a column
  ///   a class, 1 where it is in the image and 0 where not;
  /// * a folder of PASCAL VOC annotations (XML): the names of the objects;
  /// * a folder of VOC's lists of classes, `CLASS_SPLIT.txt` of all splits, lines `ID 1`, `ID 0`
  ///   or `ID -1`;
  /// * a devkit: its `Annotations/`, or else its `ImageSets/Main/`;
  /// * `cls_labels.npy` of IRN and AffinityNet: a pickled dict of names ("2007_000032" or
  ///   2007000032) and vectors of 0 and 1 for the known classes in their order, or VOC's.
  ///
  /// Difficult objects (VOC's `<difficult>`, and 0 in its lists) count as present.
  std::filesystem::path labels = {};

  /// The folder of the images: names are paths below it, with or without the extension, or else the
  /// only image of that stem. Empty: the `JPEGImages/` of the devkit that a folder of labels is, or
  /// lies in; else names are paths against the current folder.
  std::filesystem::path images = {};

  /// Only the images that this list of the devkit names, or this file; as in `PairingOptions`.
  std::string split = {};
  std::filesystem::path list = {};
};

/// What was read.
struct ImageLabels {
  std::vector<LabelledImage> images = {};  ///< In the order of a file, else by name.
  std::vector<std::string> problems = {};  ///< One line each: listed without labels or image.
  std::vector<std::string> warnings = {};  ///< One line each: labels without image.
  std::vector<std::string> notes = {};     ///< One line each: what a folder's labels were made of.
};

/// Reads image-level labels; `known` are the classes that there may be. Labels of a whole data set
/// (annotations, lists of classes, cls_labels.npy) without an image are left out. Throws `Error`
/// naming file and line for a name of a table without an image, or with several, or that stands
/// twice; for labels without any image; and for files that are of none of these forms.
ImageLabels ReadImageLabels(const ImageLabelSource& source,
                            std::span<const std::string> known = {});

/// Whether a devkit holds image-level labels.
bool HasImageLabels(const std::filesystem::path& devkit);

}  // namespace gradcut
