#include "cli/commands/plan_flags.h"

#include "cli/flags/examples.h"
#include "cli/flags/hints_flag.h"
#include "cli/flags/option_flag.h"
#include "gradcut/workflow/kinds.h"

#include <memory>

namespace gradcut {

constinit TorchBody<PlanFlags> plan_body;

void AddPlanCommand(CLI::App& app, ExitStatus& status) {
  const auto flags = std::make_shared<PlanFlags>();
  PhotoFlags& photos = flags->photos;
  photos.kinds = MaskKinds();
  photos.batch.save = {std::string(OutputName(photos.kinds.front()))};
  const OptionUse uses = [](std::string_view key) { return key != "saliency.epsilon"; };
  CLI::App& plan = *app.add_subcommand(
      "plan", "time a sample of a run of mask, and say what the whole will cost");
  plan.add_option("INPUT", photos.batch.batch.inputs,
                  "image, folder (searched recursively), FILE.tar, or @list.txt (one path a line)")
      ->option_text("...")
      ->required();
  plan.add_option("--sample", flags->sample, "how many photos to try (default 200)")
      ->option_text("N")
      ->check(CLI::Range(2, 1000000));
  plan.add_option("--task-minutes", flags->task_minutes,
                  "how long a task should take: says how many shards (default 60)")
      ->option_text("T")
      ->check(RealRange(1, 1e6));
  plan.add_option("--json", flags->json, "write all results to FILE")->type_name("FILE");
  AddSaveFlag(plan, photos.batch, photos.kinds);
  AddHintsFlag(plan, photos.hints, "STEM.png: trimap, 0 background, 255 object");
  AddWorkFlags(plan, photos.batch);
  AddRecipeFlags(plan, photos.recipe, uses);
  AddRenderFlags(plan, photos.recipe, uses);
  AddExamples(plan, {"gradcut plan photos", "gradcut plan photos --sample 3 --task-minutes 15"});
  plan.callback([flags, &status] { status = plan_body(*flags); });
}

}  // namespace gradcut
