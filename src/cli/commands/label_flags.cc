#include "cli/commands/label_flags.h"

#include "cli/flags/examples.h"
#include "cli/flags/hints_flag.h"
#include "cli/flags/label_source_flags.h"
#include "cli/flags/option_flag.h"
#include "cli/flags/truth_flags.h"
#include "gradcut/labels/label_options.h"
#include "gradcut/workflow/kinds.h"

#include <fmt/format.h>

#include <memory>

namespace gradcut {

constinit TorchBody<LabelFlags> label_body;

void AddLabelCommand(CLI::App& app, ExitStatus& status) {
  const auto flags = std::make_shared<LabelFlags>();
  flags->batch.save = {std::string(OutputName(LabelKinds().front()))};
  CLI::App& label = *app.add_subcommand("label", "make class masks from image-level labels");
  label.add_option("DATASET", flags->dataset.devkit, "a PASCAL VOC devkit")->option_text("");
  label
      .add_option("--labels", flags->dataset.labels,
                  fmt::format("what is in each image: {} (default: Annotations of DATASET, else "
                              "its ImageSets/Main)",
                              kLabelForms))
      ->option_text("LABELS");
  label.add_option("--images", flags->dataset.images, "folder of images, in place of a devkit")
      ->option_text("DIR");
  label
      .add_option("--classes", flags->dataset.classes,
                  "names of the labels, one a line, the first one the background (default: VOC's)")
      ->option_text("FILE");
  AddListFlags(label, flags->dataset.split, flags->dataset.list);
  AddExtraFlags(label, flags->dataset.extra, flags->dataset.extra_images);
  label
      .add_option("--confident", flags->certainty.confident,
                  "regions where no pixel's label is that probable become 255 (default 0.9)")
      ->option_text("P")
      ->check(RealRange(0, 1));
  label
      .add_option("--unsure", flags->certainty.unsure,
                  "pixels whose label is less probable become 255; 0 with --confident 0: every "
                  "pixel keeps its label (default 0.7)")
      ->option_text("P")
      ->check(RealRange(0, 1));
  label
      .add_option("--min-confidence", flags->min_confidence,
                  "images with less are left out of train.txt (default 0)")
      ->option_text("C")
      ->check(RealRange(0, 1));
  WithChoices(
      label.add_option("--export", flags->exports,
                       "formats to write besides the PNGs, separated by commas: coco "
                       "(annotations.json), yolo (labels/NAME.txt, and data.yaml to train with) "
                       "(default: none)"),
      {"coco", "yolo"})
      ->option_text("FORMATS")
      ->allow_extra_args(false);
  label
      .add_option("--rounds", flags->rounds,
                  "rounds of labels; what all images teach is learned before and between them; 1: "
                  "each image by itself (default 2)")
      ->option_text("N")
      ->check(CLI::Range(1, 20));
  AddHintsFlag(label, flags->hints, "STEM.png: class indices, 255 unlabelled");
  AddSaveFlag(label, flags->batch, LabelKinds());
  AddShardFlag(label, flags->batch.batch.shard,
               "label only share I of N of the images, I from 0; gradcut merge makes the lists");
  AddRunFlags(label, flags->batch);
  AddRecipeFlags(label, flags->recipe,
                 [](std::string_view key) { return key == "objectness" || DecidesLabels(key); });
  label.get_option("--model")->description(
      label.get_option("--model")->get_description() +
      "; several with commas: what they say is multiplied, slower and better");
  ShowInHelp(label, {"--class-map"});
  AddExamples(label,
              {"gradcut label --images photos --labels labels.tsv --classes names.txt -o labelled",
               "gradcut label --images photos --labels labels.tsv --classes names.txt --head "
               "pets.safetensors -o with_head"});
  label.callback([flags, &status] { status = label_body(*flags); });
}

}  // namespace gradcut
