#include "cli/commands/photo_flags.h"

#include "cli/flags/examples.h"
#include "cli/flags/option_flag.h"
#include "gradcut/render/cutout.h"

#include <memory>

namespace gradcut {

PhotoOptions PhotoOptionsOf(const PhotoFlags& flags) {
  std::vector<std::string> save = flags.batch.save;
  save.insert(save.end(), flags.also_save.begin(), flags.also_save.end());
  PhotoOptions options = {.batch = flags.batch.batch,
                          .recipe = ResolveRecipe(flags.recipe),
                          .save = ParseOutputs(save, flags.kinds),
                          .hints = flags.hints,
                          .truth = flags.truth};
  options.save = WithCutoutFormat(std::move(options.save), options.recipe.render.format);
  CheckBatch(options.batch, options.save);
  return options;
}

void AddPhotoCommand(CLI::App& app, ExitStatus& status, const PhotoCommand& command) {
  const auto flags = std::make_shared<PhotoFlags>();
  flags->kinds = command.kinds;
  flags->batch.save = {std::string(OutputName(command.kinds.front()))};
  CLI::App& subcommand = *app.add_subcommand(command.name, command.help);
  AddBatchFlags(subcommand, flags->batch, command.kinds);
  if (command.add_flags) command.add_flags(subcommand, *flags);
  AddRecipeFlags(subcommand, flags->recipe, command.uses);
  AddRenderFlags(subcommand, flags->recipe, command.uses);
  ShowInHelp(subcommand, command.foremost);
  AddExamples(subcommand, command.examples);
  subcommand.callback([flags, &status, &body = command.body] { status = body(*flags); });
}

}  // namespace gradcut
