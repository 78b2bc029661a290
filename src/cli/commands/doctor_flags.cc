#include "cli/commands/doctor_flags.h"

#include "cli/flags/examples.h"

namespace gradcut {

constinit TorchBody<DoctorFlags> doctor_body;

void AddDoctorCommand(CLI::App& app, ExitStatus& status) {
  CLI::App& command = *app.add_subcommand("doctor", "say what this machine and build can do");
  AddExamples(command, {"gradcut doctor"});
  command.callback([&status] { status = doctor_body({}); });
}

}  // namespace gradcut
