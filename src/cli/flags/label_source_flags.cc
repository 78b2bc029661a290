#include "cli/flags/label_source_flags.h"

namespace gradcut {

void AddExtraFlags(CLI::App& command, std::filesystem::path& extra,
                   std::filesystem::path& extra_images) {
  command
      .add_option("--extra", extra, "labels, in any of these forms, of more images to learn from")
      ->option_text("LABELS");
  command
      .add_option("--extra-images", extra_images,
                  "folder of the images of --extra (default: JPEGImages of its devkit, or else it "
                  "has paths)")
      ->option_text("DIR")
      ->needs("--extra");
}

}  // namespace gradcut
