#include "cli/commands/edit_command.h"

#include "cli/console.h"
#include "cli/edit/edit_server.h"
#include "cli/edit/request_guard.h"
#include "cli/stop_signals.h"
#include "gradcut/storage/bytes.h"
#include "gradcut/storage/file.h"

#include <fmt/format.h>
#include <spawn.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace gradcut {
namespace {

// Where there is a desktop; elsewhere the address that is printed has to do.
void OpenInBrowser(std::string address) {
  if (std::getenv("DISPLAY") == nullptr && std::getenv("WAYLAND_DISPLAY") == nullptr) return;
  std::string program = "xdg-open";
  char* arguments[] = {program.data(), address.data(), nullptr};
  pid_t child = 0;
  static_cast<void>(posix_spawnp(&child, program.c_str(), nullptr, nullptr, arguments, environ));
}

}  // namespace

ExitStatus RunEditCommand(const EditFlags& flags) {
  Console console(flags.quiet ? LogLevel::kWarning : LogLevel::kInfo);
  EditOptions options = flags.options;
  if (flags.durable) options.durability = Durability::kDurable;
  Editor editor(options, console.Control(0));
  const auto started = [&](const std::string& page) {
    if (!IsLoopback(flags.address))
      console.Warning(
          fmt::format("other machines can reach {}; keep the key to yourself", flags.address));
    WriteStdout(BytesOf(page + "\n"));  // Nobody else knows the key.
    console.Info("open this address in a browser; Ctrl-C here ends it");
    if (!flags.no_browser) OpenInBrowser(page);
  };
  ServeEditor(editor, Printable(flags.options.folder), flags.address, flags.port, started,
              StopToken());
  editor.Close();
  console.Info(fmt::format("strokes are in {}", Printable(flags.options.folder / "hints.jsonl")));
  return kExitDone;
}

}  // namespace gradcut
