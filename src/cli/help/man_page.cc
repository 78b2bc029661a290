#include "cli/help/man_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gradcut {
namespace {

// Text that roff takes for nothing else.
std::string Roff(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\')
      escaped += "\\e";
    else if (c == '-')
      escaped += "\\-";
    else
      escaped += c;
  }
  if (escaped.starts_with('.') || escaped.starts_with('\'')) escaped.insert(0, "\\&");
  return escaped;
}

std::string Flag(const FlagDoc& flag) {
  std::string text = ".TP\n";
  std::vector<std::string> names;
  for (const std::string& name : flag.names) names.push_back("\\fB" + Roff(name) + "\\fR");
  text += fmt::format("{}", fmt::join(names, ", "));
  if (!flag.value.empty() && flag.names.front().starts_with('-'))
    text += fmt::format(" \\fI{}\\fR", Roff(flag.value));
  return text + "\n" + Roff(flag.help) + "\n";
}

std::string Synopsis(const CommandDoc& command) {
  std::string text =
      fmt::format("\\fB{}\\fR", Roff(fmt::format("{}", fmt::join(command.words, " "))));
  if (!command.commands.empty()) return text + " \\fICOMMAND\\fR [\\fIFLAGS\\fR]";
  for (const FlagDoc& positional : command.positionals)
    text += fmt::format(" \\fI{}\\fR{}", Roff(positional.names.front()),
                        positional.value == "..." ? "..." : "");
  return text + " [\\fIFLAGS\\fR]";
}

std::string Command(const CommandDoc& command) {
  std::string text =
      fmt::format(".SS {}\n{}\n.PP\n{}\n", Roff(fmt::format("{}", fmt::join(command.words, " "))),
                  Synopsis(command), Roff(command.help));
  for (const FlagDoc& flag : command.positionals) text += Flag(flag);
  std::string group;
  for (const FlagDoc& flag : command.flags) {
    if (flag.group != group && flag.group != "Options")
      text += fmt::format(".PP\n\\fI{}\\fR\n", Roff(flag.group));
    group = flag.group;
    text += Flag(flag);
  }
  if (!command.examples.empty()) text += ".PP\nExamples:\n";
  for (const std::string& example : command.examples)
    text += fmt::format(".PP\n.nf\n    {}\n.fi\n", Roff(example));
  for (const CommandDoc& below : command.commands) text += Command(below);
  return text;
}

constexpr char kRest[] = R"(.SH EXIT STATUS
.TP
0
all done
.TP
1
something failed; it was said which
.TP
2
wrong usage
.TP
130
interrupted; what was finished is kept, and the same command goes on
.SH ENVIRONMENT
.TP
\fBGRADCUT_MODELS\fR
a folder that is searched first for weights (NAME.safetensors) and heads (objectness/NAME.safetensors)
.TP
\fBNO_COLOR\fR
no colours on a terminal
.SH FILES
What a run leaves in its folder:
.TP
\fBmanifest.jsonl\fR
one JSON object an input: path, output, status, error, width, height, classes, area, confidence, milliseconds by stage
.TP
\fBrun.json\fR
the recipe, which \fB\-\-config\fR reads, what made it, and totals
)";

}  // namespace

std::string ManPage(const CommandDoc& program, const std::string& version) {
  std::string text = fmt::format(
      ".TH GRADCUT 1 \"\" \"gradcut {}\" \"User Commands\"\n.SH NAME\ngradcut \\- object masks of "
      "photos\n.SH SYNOPSIS\n{}\n.SH DESCRIPTION\n{}\n.SH COMMANDS\n",
      Roff(version), Synopsis(program), Roff(program.help));
  for (const CommandDoc& command : program.commands) text += Command(command);
  return text + kRest;
}

}  // namespace gradcut
