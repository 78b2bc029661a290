#include "cli/commands/mask_flags.h"

#include "cli/flags/hints_flag.h"
#include "gradcut/workflow/kinds.h"

namespace gradcut {

constinit TorchBody<PhotoFlags> mask_body;

void AddMaskCommand(CLI::App& app, ExitStatus& status) {
  AddPhotoCommand(app, status,
                  {"mask",
                   "make object masks of photos",
                   MaskKinds(),
                   [](std::string_view key) { return key != "saliency.epsilon"; },
                   mask_body,
                   {},
                   {"gradcut mask photos -o masks",
                    "gradcut mask photos -o dogs --class \"golden retriever\" --save mask,overlay",
                    "gradcut mask photos -o cutouts --save cutout --feather 3 --keep-largest",
                    "gradcut mask photos -o again --config masks/run.json",
                    "gradcut mask photos -o mended --hints strokes.jsonl",
                    "gradcut mask photos -o objects --hints boxes.json --save mask,instances",
                    "gradcut mask - < photos/1.jpg > mask.png"},
                   [](CLI::App& command, PhotoFlags& flags) {
                     AddHintsFlag(command, flags.hints,
                                  "STEM.png: trimap, 0 background, 255 object");
                   }});
  CLI::Option* const model = app.get_subcommand("mask")->get_option("--model");
  model->description(model->get_description() +
                     "; several with commas: the next one where a mask is not confident, of which "
                     "the most confident is kept");
}

}  // namespace gradcut
