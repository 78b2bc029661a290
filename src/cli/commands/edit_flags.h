#pragma once

#include "cli/torch_body.h"
#include "gradcut/workflow/edit.h"

#include <CLI/CLI.hpp>
#include <string>

namespace gradcut {

struct EditFlags {
  EditOptions options;
  std::string address = "127.0.0.1";
  int port = 0;
  bool no_browser = false;
  bool durable = false;
  bool quiet = false;
};

/// Lets a person correct the masks of a run in the browser.
extern TorchBody<EditFlags> edit_body;

/// Adds the command with its flags to the program. When it was given, `status` receives what the
/// process should return.
void AddEditCommand(CLI::App& app, ExitStatus& status);

}  // namespace gradcut
