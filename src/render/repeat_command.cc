#include "render/repeat_command.h"

#include "gradcut/run/run_record.h"
#include "gradcut/storage/shell_word.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <utility>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// An input of the command line, which counts from where the run was started.
std::string InputFrom(const fs::path& start, const std::string& input) {
  if (input == "-") return input;
  const bool is_list = input.starts_with('@');
  return (is_list ? "@" : "") + (start / input.substr(is_list ? 1 : 0)).string();
}

class CommandLine {
 public:
  explicit CommandLine(const std::string& command) : text_("gradcut " + command) {}

  void Add(const std::string& word) { text_ += " " + ShellWord(word); }
  void Add(const std::string& flag, const nlohmann::json& value) {
    const std::string word = value.is_string() ? value.get<std::string>() : value.dump();
    if (!value.is_null() && !word.empty()) text_ += " " + flag + " " + ShellWord(word);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

nlohmann::json ObjectAt(const nlohmann::json& object, const char* key) {
  nlohmann::json found = object.value(key, nlohmann::json());
  return found.is_object() ? found : nlohmann::json::object();
}

std::vector<std::string> TextsIn(const nlohmann::json& object, const char* key) {
  std::vector<std::string> texts;
  for (const nlohmann::json& each : object.value(key, nlohmann::json()))
    if (each.is_string()) texts.push_back(each.get<std::string>());
  return texts;
}

// `label` is told of images and labels by flags.
void AddDataset(const nlohmann::json& given, const nlohmann::json& made_by, CommandLine& line) {
  const nlohmann::json dataset = ObjectAt(given, "dataset");
  if (const std::string devkit = RunRecord::TextAt(dataset, "devkit"); !devkit.empty())
    line.Add(devkit);
  for (const auto& [key, flag] :
       std::vector<std::pair<std::string, std::string>>{{"images", "--images"},
                                                        {"labels", "--labels"},
                                                        {"classes", "--classes"},
                                                        {"extra", "--extra"},
                                                        {"extra_images", "--extra-images"},
                                                        {"split", "--split"},
                                                        {"list", "--list"}})
    line.Add(flag, RunRecord::TextAt(dataset, key));
  for (const auto& [key, flag] : std::vector<std::pair<std::string, std::string>>{
           {"rounds", "--rounds"}, {"confident", "--confident"}, {"unsure", "--unsure"}})
    line.Add(flag, made_by.value(key, nlohmann::json()));
  line.Add("--min-confidence", given.value("min_confidence", nlohmann::json()));
  line.Add("--export", fmt::format("{}", fmt::join(TextsIn(given, "exports"), ",")));
}

}  // namespace

std::string RepeatCommand(const nlohmann::json& run, const fs::path& file) {
  const nlohmann::json made_by = ObjectAt(run, "made_by"), given = ObjectAt(run, "given");
  const std::string command = RunRecord::TextAt(made_by, "command");
  CommandLine line(command);
  if (command == "label") {
    AddDataset(given, made_by, line);
  } else {
    for (const std::string& input : TextsIn(run, "inputs"))
      line.Add(InputFrom(RunRecord::TextAt(run, "folder"), input));
  }
  for (const char* const companion : {"heatmaps", "masks"})  // Of `refine` and `cutout`.
    if (made_by.contains(companion)) line.Add(RunRecord::TextAt(made_by, companion));
  for (const std::string& hints : TextsIn(given, "hints")) line.Add("--hints", hints);
  line.Add("--truth", RunRecord::TextAt(given, "truth"));
  if (command != "cutout")  // It makes one kind.
    line.Add("--save", fmt::format("{}", fmt::join(TextsIn(run, "save"), ",")));
  line.Add("--config", fs::absolute(file).lexically_normal().string());
  return line.text() + " -o OTHER_FOLDER";
}

}  // namespace gradcut
