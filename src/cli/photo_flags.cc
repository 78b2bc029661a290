#include "cli/photo_flags.h"

#include "cli/examples.h"

#include <memory>

namespace gradcut {

void AddPhotoCommand(CLI::App& app, ExitStatus& status, const PhotoCommand& command) {
  const auto flags = std::make_shared<PhotoFlags>();
  flags->kinds = command.kinds;
  flags->batch.save = {std::string(OutputName(command.kinds.front()))};
  CLI::App& subcommand = *app.add_subcommand(command.name, command.help);
  AddBatchFlags(subcommand, flags->batch, command.kinds);
  if (command.add_flags) command.add_flags(subcommand, *flags);
  AddRecipeFlags(subcommand, flags->recipe, command.uses);
  AddRenderFlags(subcommand, flags->recipe, command.uses);
  AddExamples(subcommand, command.examples);
  subcommand.callback([flags, &status, &body = command.body] { status = body(*flags); });
}

}  // namespace gradcut
