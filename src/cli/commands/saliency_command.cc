#include "cli/commands/saliency_command.h"

#include "cli/commands/batch_ending.h"
#include "gradcut/workflow/heat_maps.h"

namespace gradcut {

ExitStatus RunSaliencyCommand(const PhotoFlags& flags) {
  Console console(flags.batch.effective_log_level());
  return EndBatch(MakeHeatMaps(PhotoOptionsOf(flags), console.Control(flags.batch.jobs)), console);
}

}  // namespace gradcut
