#include "cli/commands/adapt_flags.h"

#include "cli/flags/examples.h"
#include "cli/flags/stage_flags.h"
#include "gradcut/objectness/objectness_options.h"

#include <memory>

namespace gradcut {

constinit TorchBody<AdaptFlags> adapt_body;

void AddAdaptCommand(CLI::App& app, ExitStatus& status) {
  const auto flags = std::make_shared<AdaptFlags>();
  CLI::App& adapt =
      *app.add_subcommand("adapt", "learn an objectness head from the masks of photos");
  adapt.add_option("INPUT", flags->run.batch.inputs, "photos: image, folder or @list.txt")
      ->option_text("...")
      ->required();
  adapt
      .add_option("-o,--output", flags->run.batch.output,
                  "the head, a .safetensors file for --objectness; what a stopped run has done is "
                  "kept in FILE.work and used by the next one")
      ->option_text("FILE");
  adapt
      .add_option(
          "--masks", flags->masks,
          "learn from the masks that a run left there for the same photos, maybe of another "
          "classifier, instead of own ones")
      ->option_text("DIR");
  adapt
      .add_option(
          "--rounds", flags->rounds,
          "masks and head, alternating (default 1 beginning with a head or --masks, else 3)")
      ->option_text("N")
      ->check(CLI::Range(1, 20));
  AddWorkFlags(adapt, flags->run);
  AddRecipeFlags(adapt, flags->recipe, [](std::string_view key) {
    return key != "saliency.epsilon" && !key.starts_with("hints.");
  });
  ObjectnessOptions learning;
  OptionList list;
  Describe(learning, list);
  AddStageFlags(adapt, list, flags->learning);
  AddExamples(adapt, {"gradcut adapt photos -o photos.safetensors --rounds 1",
                      "gradcut mask photos -o adapted --objectness photos.safetensors"});
  adapt.callback([flags, &status] { status = adapt_body(*flags); });
}

}  // namespace gradcut
