#include "cli/commands/edit_flags.h"

#include "cli/flags/examples.h"

#include <memory>

namespace gradcut {

constinit TorchBody<EditFlags> edit_body;

void AddEditCommand(CLI::App& app, ExitStatus& status) {
  const auto flags = std::make_shared<EditFlags>();
  CLI::App& edit = *app.add_subcommand(
      "edit", "correct the masks of a run in the browser, by strokes and boxes");
  edit.add_option(
          "DIR", flags->options.folder,
          "folder of a run of gradcut mask or label: what was given to -o. Strokes are kept in "
          "DIR/hints.jsonl, which --hints reads")
      ->required();
  edit.add_option("--port", flags->port, "port to listen on; 0: any that is free (default 0)")
      ->option_text("N")
      ->check(CLI::Range(0, 65535));
  edit.add_option("--listen", flags->address,
                  "address to listen on (default 127.0.0.1: this machine alone). Whoever reaches "
                  "another one and knows the key in the page's address can change the masks")
      ->option_text("ADDRESS");
  edit.add_flag("--no-browser", flags->no_browser, "only print the address of the page");
  edit.add_flag("--durable", flags->durable, "flush each stroke and mask to the disk");
  edit.add_flag("-q,--quiet", flags->quiet, "print warnings and errors only, and the address");
  AddExamples(edit, {"gradcut edit masks", "gradcut edit masks --no-browser --port 8080"});
  edit.callback([flags, &status] { status = edit_body(*flags); });
}

}  // namespace gradcut
