#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

// What a file or folder says of one image.
struct LabelRow {
  std::string where;                      // Printable: where it says so.
  std::string name;                       // A stem or a path.
  std::vector<std::string> classes = {};  // Some perhaps twice.
};

struct LabelRows {
  std::vector<LabelRow> rows = {};

  // It tells of a whole data set, of which not all images need be at hand.
  bool of_data_set = false;

  // How many labels stand for difficult objects alone (VOC's word for those hard to recognise).
  std::size_t difficult = 0;

  std::vector<std::string> problems = {};  // One line each: folders that cannot be searched.
};

// Class names in one text, which `separators` part if there `are_any` in the file, else spaces;
// then as many words as make a known name are one name.
std::vector<std::string> ClassesIn(std::string_view text, std::string_view separators, bool are_any,
                                   const std::set<std::string>& known);

// Without spaces around it.
std::string_view Trimmed(std::string_view text);

// Reads image-level labels in any form that `ReadImageLabels` knows. Throws `Error`.
LabelRows ReadLabelRows(const std::filesystem::path& labels, std::span<const std::string> known);

}  // namespace gradcut
