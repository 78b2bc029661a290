#include "dataset/label_rows.h"

#include "dataset/label_csv.h"
#include "dataset/label_vectors.h"
#include "dataset/voc_labels.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"
#include "image/format.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSeparators = ",\t";

// The words of a text; those that together make a known name are one, as many as there are.
std::vector<std::string> NamesOfWords(const std::string& text, const std::set<std::string>& known) {
  std::istringstream stream(text);
  std::vector<std::string> words, names;
  for (std::string word; stream >> word;) words.push_back(word);
  for (std::size_t first = 0; first < words.size();) {
    std::string joined = words[first], longest = joined;
    std::size_t next = first + 1;
    for (std::size_t end = first + 1; end < words.size() && !known.empty(); ++end) {
      joined += " " + words[end];
      if (!known.contains(joined)) continue;
      longest = joined;
      next = end + 1;
    }
    names.push_back(longest);
    first = next;
  }
  return names;
}

// Whether a text is JSON, or lines of it; names of images may begin likewise.
bool HoldsJson(std::string_view text, const std::vector<std::string>& lines) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) return false;
  return nlohmann::json::accept(lines.front()) || nlohmann::json::accept(text);
}

LabelRows ReadTable(std::string_view text, const std::string& name,
                    const std::set<std::string>& known) {
  constexpr const char* kExpected = "expected lines of an image, a tab, and its classes";
  const std::vector<std::string> lines = LinesOf(text);
  Require(!HoldsJson(text, lines), "{}: is JSON, {}", name, kExpected);
  const auto classes_of = [](const std::string& line) {
    const std::size_t tab = line.find('\t');
    return std::string_view(line).substr(tab == std::string::npos ? line.size() : tab + 1);
  };
  const bool has_separators = std::any_of(lines.begin(), lines.end(), [&](const auto& line) {
    return classes_of(line).find_first_of(kSeparators) != std::string_view::npos;
  });
  LabelRows read;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const std::string where = fmt::format("{}:{}", name, i + 1);
    const std::string image = lines[i].substr(0, lines[i].find('\t'));
    Require(!image.empty(), "{}: no image before the tab", where);
    read.rows.push_back(
        {where, image, ClassesIn(classes_of(lines[i]), kSeparators, has_separators, known)});
  }
  Require(!read.rows.empty(), "{}: no image in it: {}", name, kExpected);
  return read;
}

}  // namespace

std::string_view Trimmed(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(' '), text.size());
  return text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

std::vector<std::string> ClassesIn(std::string_view text, std::string_view separators, bool are_any,
                                   const std::set<std::string>& known) {
  if (!are_any) return NamesOfWords(std::string(text), known);
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    const std::string name(Trimmed(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (name.empty()) continue;
    // Lines with spaces may stand among lines with commas where the names tell them apart.
    const bool is_one = known.empty() || known.contains(name);
    for (const std::string& each : is_one ? std::vector{name} : NamesOfWords(name, known))
      names.push_back(each);
  }
  return names;
}

LabelRows ReadLabelRows(const fs::path& labels, std::span<const std::string> known) {
  if (std::error_code ignored; fs::is_directory(labels, ignored)) return ReadVocLabels(labels);
  const std::string name = Printable(labels), extension = LowerExtension(labels);
  const std::vector<std::uint8_t> bytes = ReadFile(labels);
  if (RecogniseFormat(bytes) == FileFormat::kNpy || extension == ".npy")
    return ReadLabelVectors(bytes, name, known);
  const std::set<std::string> names(known.begin(), known.end());
  const std::string text = DecodeText(bytes);
  return extension == ".csv" ? ReadLabelCsv(text, name, names) : ReadTable(text, name, names);
}

}  // namespace gradcut
