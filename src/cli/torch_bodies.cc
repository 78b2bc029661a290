#include "cli/torch_bodies.h"

#ifdef GRADCUT_TORCH_PROGRAM
#include "cli/commands/adapt_command.h"
#include "cli/commands/doctor_command.h"
#include "cli/commands/edit_command.h"
#include "cli/commands/fit_command.h"
#include "cli/commands/label_command.h"
#include "cli/commands/mask_command.h"
#include "cli/commands/models_command.h"
#include "cli/commands/plan_command.h"
#include "cli/commands/saliency_command.h"
#include "cli/commands/tune_command.h"
#endif

namespace gradcut {

void DefineTorchBodies() {
#ifdef GRADCUT_TORCH_PROGRAM
  adapt_body.Define(RunAdaptCommand);
  doctor_body.Define(RunDoctorCommand);
  edit_body.Define(RunEditCommand);
  fit_body.Define(RunFitCommand);
  label_body.Define(RunLabelCommand);
  mask_body.Define(RunMaskCommand);
  models_body.Define(RunModelsCommand);
  plan_body.Define(RunPlanCommand);
  saliency_body.Define(RunSaliencyCommand);
  tune_body.Define(RunTuneCommand);
#endif
}

}  // namespace gradcut
