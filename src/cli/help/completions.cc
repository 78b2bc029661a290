#include "cli/help/completions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>

namespace gradcut {
namespace {

// Within single quotes, which bash and zsh close for a quote and fish does not.
std::string Quoted(const std::string& text, const char* quote) {
  std::string quoted;
  for (const char c : text) quoted += c == '\'' ? std::string(quote) : std::string(1, c);
  return "'" + quoted + "'";
}

// "models import": the words behind the program's name.
std::string PathOf(const CommandDoc& command) {
  return fmt::format("{}", fmt::join(command.words.begin() + 1, command.words.end(), " "));
}

void ForEachCommand(const CommandDoc& command,
                    const std::function<void(const CommandDoc&)>& visit) {
  visit(command);
  for (const CommandDoc& below : command.commands) ForEachCommand(below, visit);
}

// What may follow the words of a command: commands below it and its long flags.
std::vector<std::string> WordsOf(const CommandDoc& command) {
  std::vector<std::string> words;
  for (const CommandDoc& below : command.commands) words.push_back(below.words.back());
  for (const FlagDoc& flag : command.flags) words.push_back(flag.names.back());
  return words;
}

}  // namespace

std::string BashCompletion(const CommandDoc& program) {
  std::string paths, words, choices;
  ForEachCommand(program, [&](const CommandDoc& command) {
    const std::string path = PathOf(command);
    if (!path.empty()) paths += fmt::format("{}'{}'", paths.empty() ? "" : " | ", path);
    words += fmt::format("        '{}') words='{}' ;;\n", path, fmt::join(WordsOf(command), " "));
    for (const FlagDoc& flag : command.flags)
      if (!flag.choices.empty())
        choices += fmt::format("        '{} {}') words='{}' ;;\n", path, flag.names.back(),
                               fmt::join(flag.choices, " "));
  });
  return fmt::format(R"(# Completion of gradcut for bash, made by `gradcut docs bash`.
_gradcut() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} command='' word words=''
    COMPREPLY=()
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "${{command:+$command }}$word" in
        {}) command="${{command:+$command }}$word" ;;
        esac
    done
    case "$command $previous" in
{}    esac
    if [[ -z $words && ($current == -* || -z $command || $command == models) ]]; then
        case "$command" in
{}        esac
    fi
    # Without words: files, by `-o default`.
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -o default -F _gradcut gradcut
)",
                     paths, choices, words);
}

std::string ZshCompletion(const CommandDoc& program) {
  const auto text = [](const std::string& help) {
    std::string escaped;
    for (const char c : help) {
      if (c == '[' || c == ']' || c == ':' || c == '\\') escaped += '\\';
      escaped += c;
    }
    return escaped;
  };
  const auto list = [&](const CommandDoc& command) {
    std::string items;
    for (const CommandDoc& below : command.commands)
      items += " " + Quoted(below.words.back() + ":" + text(below.help), R"('\'')");
    return items;
  };
  std::string cases;
  ForEachCommand(program, [&](const CommandDoc& command) {
    if (!command.commands.empty()) return;
    cases += fmt::format("    {}) _arguments -S", Quoted(PathOf(command), ""));
    for (const FlagDoc& flag : command.flags) {
      const std::string value = flag.value.empty()     ? ""
                                : flag.choices.empty() ? fmt::format(":{}:_files", text(flag.value))
                                                       : fmt::format(":{}:({})", text(flag.value),
                                                                     fmt::join(flag.choices, " "));
      for (const std::string& name : flag.names)
        cases += " \\\n        " +
                 Quoted(fmt::format("{}[{}]{}", name, text(flag.help), value), R"('\'')");
    }
    cases += " \\\n        '*:file:_files' ;;\n";
  });
  std::string below;
  for (const CommandDoc& command : program.commands)
    if (!command.commands.empty())
      below += fmt::format(
          "  if [[ $words[2] == {0} ]]; then\n    if (( CURRENT == 3 )); then\n      "
          "commands=({1})\n      _describe command commands\n      return\n    fi\n    "
          "command=\"{0} $words[3]\" skip=2\n  fi\n",
          command.words.back(), list(command));
  return fmt::format(R"(#compdef gradcut
# Completion of gradcut for zsh, made by `gradcut docs zsh`.
_gradcut() {{
  local -a commands
  if (( CURRENT == 2 )); then
    commands=({})
    _describe command commands
    return
  fi
  local command=$words[2] skip=1
{}  shift $skip words
  (( CURRENT -= skip ))
  case $command in
{}  esac
}}
_gradcut "$@"
)",
                     list(program), below, cases);
}

std::string FishCompletion(const CommandDoc& program) {
  std::string text = "# Completion of gradcut for fish, made by `gradcut docs fish`.\n";
  ForEachCommand(program, [&](const CommandDoc& command) {
    std::string here = "__fish_use_subcommand", within;
    for (std::size_t i = 1; i < command.words.size(); ++i)
      within +=
          fmt::format("{}__fish_seen_subcommand_from {}", i > 1 ? "; and " : "", command.words[i]);
    if (!within.empty()) {
      std::vector<std::string> names;
      for (const CommandDoc& below : command.commands) names.push_back(below.words.back());
      here =
          fmt::format("{}; and not __fish_seen_subcommand_from {}", within, fmt::join(names, " "));
    }
    for (const CommandDoc& below : command.commands)
      text += fmt::format("complete -c gradcut -f -n '{}' -a {} -d {}\n", here, below.words.back(),
                          Quoted(below.help, "\\'"));
    for (const FlagDoc& flag : command.flags) {
      std::string names;
      for (const std::string& name : flag.names)
        names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      const std::string value = flag.value.empty() ? ""
                                : flag.choices.empty()
                                    ? " -r"
                                    : fmt::format(" -x -a '{}'", fmt::join(flag.choices, " "));
      text += fmt::format("complete -c gradcut -n '{}'{}{} -d {}\n", within.empty() ? here : within,
                          names, value, Quoted(flag.help, "\\'"));
    }
  });
  return text;
}

}  // namespace gradcut
