#include "cli/commands.h"
#include "gradcut/core/stop.h"
#include "gradcut/core/version.h"

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <new>

namespace gradcut {
namespace {

// The first signal asks for a clean end, the second one ends at once.
void HandleSignal(int signal) {
  RequestStop();
  std::signal(signal, SIG_DFL);
}

ExitStatus Complain(const std::string& message, ExitStatus status) {
  std::fprintf(stderr, "error: %s\n", message.c_str());
  return status;
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Object masks of photos from an image classifier's gradient and a minimum cut; no "
      "segmentation training.",
      "gradcut");
  app.set_version_flag("--version", kVersion);
  app.require_subcommand(1);
  ExitStatus status = kExitDone;
  AddMaskCommand(app, status);
  AddSaliencyCommand(app, status);
  AddEvalCommand(app, status);
  AddDoctorCommand(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  } catch (const UsageError& error) {
    return Complain(error.what(), kExitUsage);
  } catch (const std::bad_alloc&) {
    return Complain("out of memory; fewer --jobs or smaller images need less", kExitFailed);
  } catch (const std::exception& error) {
    return Complain(error.what(), kExitFailed);
  }
  return status;
}

}  // namespace
}  // namespace gradcut

int main(int argc, char** argv) {
  std::signal(SIGINT, gradcut::HandleSignal);
  std::signal(SIGTERM, gradcut::HandleSignal);
  std::signal(SIGPIPE, SIG_IGN);
  return gradcut::Main(argc, argv);
}
