#include "cli/commands/docs_command.h"

#include "cli/help/command_doc.h"
#include "cli/help/completions.h"
#include "cli/help/man_page.h"
#include "gradcut/core/version.h"

#include <fmt/format.h>

namespace gradcut {

// Not for users: the build makes the manual page and the completions with it.
void AddDocsCommand(CLI::App& app, ExitStatus&) {
  CLI::App& docs = *app.add_subcommand("docs", "print the manual page or a shell's completions");
  docs.group("");
  docs.require_subcommand(1);
  const auto add = [&](const std::string& name, const std::string& help,
                       std::string (*make)(const CommandDoc&)) {
    docs.add_subcommand(name, help)->group("Subcommands")->callback([&app, make] {
      fmt::print("{}", make(DescribeCommand(app)));
    });
  };
  add("man", "the manual page",
      [](const CommandDoc& program) { return ManPage(program, kVersion); });
  add("bash", "completions of bash", BashCompletion);
  add("zsh", "completions of zsh", ZshCompletion);
  add("fish", "completions of fish", FishCompletion);
}

}  // namespace gradcut
