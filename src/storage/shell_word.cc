#include "gradcut/storage/shell_word.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace gradcut {

std::string ShellWord(const std::string& word) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("/._-+=,:@%").find(c) != std::string_view::npos;
  };
  // "-" alone is standard input.
  std::string name = (word.starts_with('-') && word != "-" ? "./" : "") + word;
  if (!name.empty() && std::all_of(name.begin(), name.end(), plain)) return name;
  std::string quoted = "'";
  for (const char c : name) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace gradcut
