#include "cli/flags/hints_flag.h"

#include <fmt/format.h>

namespace gradcut {

void AddHintsFlag(CLI::App& command, std::vector<std::filesystem::path>& hints,
                  const std::string& images) {
  command
      .add_option("--hints", hints,
                  fmt::format("boxes, points and strokes that tell what is meant: FILE.jsonl "
                              "(gradcut's own), FILE.json (COCO), or a folder that mirrors the "
                              "photos (STEM.xml: VOC; STEM.txt: YOLO; {}); repeatable",
                              images))
      ->option_text("PATH")
      ->allow_extra_args(false);
}

}  // namespace gradcut
