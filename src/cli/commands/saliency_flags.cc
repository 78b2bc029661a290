#include "cli/commands/saliency_flags.h"

#include "gradcut/workflow/kinds.h"

#include <fmt/format.h>

namespace gradcut {

constinit TorchBody<PhotoFlags> saliency_body;

namespace {

void AddFlags(CLI::App& command, PhotoFlags& flags) {
  command
      .add_option("--truth", flags.truth,
                  "folder (or file) with masks, or a VOC devkit: the manifest and --explain also "
                  "say how much of the heat lies in the true object")
      ->option_text("GT");
  command.add_flag_callback(
      "--explain", [&flags] { flags.also_save.push_back("explanation"); },
      "also write a sheet of the best classes with their heat maps (--save explanation)");
  const auto attack = [&flags](int epsilon) {
    flags.also_save.push_back("adversarial");
    flags.recipe.given.options["saliency.epsilon"] = fmt::format("{}", epsilon);
  };
  command
      .add_option_function<int>("--adversarial", attack,
                                "also write how a change of each value by EPS grey levels changes "
                                "the best class (--save adversarial with --saliency.epsilon EPS)")
      ->option_text("EPS")
      ->check(CLI::Range(1, 255));
}

}  // namespace

void AddSaliencyCommand(CLI::App& app, ExitStatus& status) {
  AddPhotoCommand(
      app, status,
      {"saliency",
       "make heat maps: where the classifier looks",
       HeatMapKinds(),
       // Its sheets show masks too, but no cut-outs.
       [](std::string_view key) {
         const bool of_cutouts = key.starts_with("render.") && key != "render.colour_map";
         return !of_cutouts && !key.starts_with("hints.");
       },
       saliency_body,
       {"--method", "--layer", "--scales", "--score"},
       {"gradcut saliency photos -o heat",
        "gradcut saliency photos -o numbers --save probability --class tabby",
        "gradcut saliency photos -o signed --save raw --method integrated_gradients",
        "gradcut saliency photos -o viridis --save heatmap,overlay --colour-map viridis",
        "gradcut saliency photos -o why --explain",
        "gradcut saliency photos -o where --explain --truth masks"},
       AddFlags});
}

}  // namespace gradcut
