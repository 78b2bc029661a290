#include "cli/option_flag.h"

#include <fmt/format.h>

namespace gradcut {

CLI::Option* AddOptionFlag(CLI::App& command, const Option& option,
                           const std::function<void(const std::string&)>& assign) {
  return command
      .add_option_function<std::string>(
          "--" + option.key, assign,
          fmt::format("{}; {} (default {})", option.help, option.constraint, option.get()))
      ->option_text("VALUE");
}

}  // namespace gradcut
