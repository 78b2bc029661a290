#include "run/run_file.h"

#include "gradcut/core/in_order.h"
#include "run/run_folder.h"

#include <filesystem>

namespace gradcut {

nlohmann::json IdentityOf(const BatchJob& job) {
  return {{"recipe", job.recipe}, {"made_by", job.made_by}};
}

nlohmann::json RunFileOf(const BatchOptions& options, const BatchJob& job,
                         const RunControl& control, const RunProgress& progress) {
  const RunTotals& totals = progress.totals;
  nlohmann::json run = IdentityOf(job);
  run["folder"] = std::filesystem::current_path().string();
  run["inputs"] = options.inputs;
  if (!job.given.is_null()) run["given"] = job.given;
  run["save"] = OutputNames(job.outputs);
  run["jobs"] = JobCount(control.jobs);
  if (options.shard && options.shard->count > 1) run["shard"] = ToJson(*options.shard);
  run["finished"] = progress.finished;
  run["totals"] = {{"inputs", progress.inputs},   {"ok", totals.ok},
                   {"skipped", totals.skipped},   {"failed", totals.failed},
                   {"seconds", progress.seconds}, {"milliseconds", totals.milliseconds}};
  return run;
}

}  // namespace gradcut
