#pragma once

#include "gradcut/image/image_io.h"
#include "workflow/label_rounds.h"

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// What the images were when they were learned from, teachers.jsonl in the folder of the rounds: a
/// line an image. So a run that goes on can say what is no longer so.
class TeacherList {
 public:
  explicit TeacherList(const std::filesystem::path& folder) : file_(folder / "teachers.jsonl") {}

  /// `sources` has the stamp of each image (see `StampOf`), null for one that could not be read.
  /// Throws `Error` naming the file.
  void Write(const std::vector<LabelTeacher>& images,
             const std::vector<nlohmann::json>& sources) const;

  /// What is no longer so, and what still is: nothing where there is no list.
  struct Since {
    std::size_t renewed = 0;  ///< Images that could not be read and can be now, or are other ones.
    std::vector<std::string> failures =
        {};  ///< Of extra ones that still cannot be read, a line each.
  };
  Since Compare(const std::vector<LabelTeacher>& images, const ImageReadOptions& read) const;

 private:
  std::filesystem::path file_;
};

}  // namespace gradcut
