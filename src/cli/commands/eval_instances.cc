#include "cli/commands/eval_instances.h"

#include "cli/console.h"
#include "gradcut/metrics/instance_report.h"
#include "gradcut/storage/file.h"

#include <fmt/core.h>

namespace gradcut {

ExitStatus EvalInstances(const InstanceOptions& options, const InstanceOutputs& outputs) {
  const InstanceReport report = EvaluateInstances(options);
  Console console(LogLevel::kInfo);
  for (const std::string& failure : report.failures) console.Error(failure);
  for (const std::string& warning : report.warnings) console.Warning(warning);
  if (!report.by_id && !outputs.csv.empty())
    console.Warning(fmt::format("{}: has no rows, since the predictions have no ids of annotations",
                                Printable(outputs.csv)));
  if (!outputs.json.empty()) WriteFileAtomically(outputs.json, ToJson(report));
  if (!outputs.csv.empty()) WriteFileAtomically(outputs.csv, ToCsv(report));
  fmt::print("{}", ToTable(report, outputs.worst));
  return report.failures.empty() ? kExitDone : kExitFailed;
}

}  // namespace gradcut
