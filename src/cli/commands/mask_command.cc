#include "cli/commands/mask_command.h"

#include "cli/commands/batch_ending.h"
#include "gradcut/workflow/mask.h"

namespace gradcut {

ExitStatus RunMaskCommand(const PhotoFlags& flags) {
  Console console(flags.batch.effective_log_level());
  return EndBatch(MakeMasks(PhotoOptionsOf(flags), console.Control(flags.batch.jobs)), console);
}

}  // namespace gradcut
