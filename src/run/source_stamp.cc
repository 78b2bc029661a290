#include "run/source_stamp.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace gradcut {

nlohmann::json StampOf(const std::filesystem::path& file) {
  struct stat info = {};
  if (::stat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return {};
  const timespec& time = info.st_mtim;
  return {{"bytes", info.st_size},
          {"modified",
           fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:09}Z", fmt::gmtime(time.tv_sec), time.tv_nsec)}};
}

nlohmann::json StampOf(const Input& input) {
  return StampOf(input.archive.empty() ? input.path : input.archive);
}

bool HasLostOne(const nlohmann::json& there, const nlohmann::json& now) {
  if (!there.is_array()) return false;
  for (std::size_t i = 1; i < there.size() && i < now.size(); ++i)
    if (!there[i].is_null() && now[i].is_null()) return true;
  return false;
}

bool SameSources(const nlohmann::json& there, const nlohmann::json& now) {
  if (!there.is_array()) return true;
  if (there.size() != now.size()) return false;
  for (std::size_t i = 0; i < now.size(); ++i)
    if (!there[i].is_null() && !now[i].is_null() && there[i] != now[i]) return false;
  return true;
}

}  // namespace gradcut
