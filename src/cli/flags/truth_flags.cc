#include "cli/flags/truth_flags.h"

#include "cli/flags/option_flag.h"

namespace gradcut {

void AddSuffixFlag(CLI::App& command, std::vector<std::string>& name_ends) {
  command
      .add_option(
          "--suffix", name_ends,
          "what names of one side end with, before the extension, and those of the other do "
          "not: _mask pairs a_mask.png with a.jpg; repeatable; of a side that has such "
          "files only these count")
      ->option_text("SUFFIX")
      ->allow_extra_args(false);
}

void AddListFlags(CLI::App& command, std::string& split, std::filesystem::path& list) {
  command
      .add_option("--split", split,
                  "only the images of ImageSets/Segmentation/NAME.txt of the VOC devkit (or, where "
                  "only that is there, ImageSets/Main/NAME.txt)")
      ->option_text("NAME");
  command
      .add_option("--list", list,
                  "only the images that FILE names, one a line, or in its first column")
      ->option_text("FILE")
      ->excludes("--split");
}

void AddPairingFlags(CLI::App& command, PairingOptions& pairing) {
  AddListFlags(command, pairing.split, pairing.list);
  AddSuffixFlag(command, pairing.name_ends);
}

void AddTruthFlags(CLI::App& command, MaskReading& reading) {
  AddChoice<MaskValues>(
      command, "--mask-values", reading.values,
      {{MaskValuesName(MaskValues::kAuto), MaskValues::kAuto},
       {MaskValuesName(MaskValues::kObject), MaskValues::kObject},
       {MaskValuesName(MaskValues::kThreshold), MaskValues::kThreshold},
       {MaskValuesName(MaskValues::kIndex), MaskValues::kIndex}},
      "what is object in masks of any object: every value but 0, values from 128 of 255 on, or "
      "indices but 0 and 255 (void). auto decides by each file: index PNGs and class colours are "
      "indices; grey masks that are black and white, or look anti-aliased or soft, are "
      "thresholded; "
      "other values are ids, of which 255 is void")
      ->option_text("MEANING");
  command
      .add_option("--ignore", reading.ignore,
                  "value in the truth that is void, besides the indices' 255 (default 255)")
      ->option_text("VALUE")
      ->check(CLI::Range(-1, 65535));
  command
      .add_option("--background", reading.background,
                  "value in the truth that is background, besides 0 (default 0)")
      ->option_text("VALUE")
      ->check(CLI::Range(0, 65535));
}

}  // namespace gradcut
