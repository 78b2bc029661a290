#include "gradcut/dataset/shard.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/sha256.h"

#include <fmt/format.h>

#include <charconv>
#include <span>
#include <string_view>

namespace gradcut {

Shard ParseShard(const std::string& text) {
  Shard shard;
  const char* const last = text.data() + text.size();
  const auto [slash, index_error] = std::from_chars(text.data(), last, shard.index);
  const bool separated = index_error == std::errc() && slash != last && *slash == '/';
  const auto [end, count_error] = separated
                                      ? std::from_chars(slash + 1, last, shard.count)
                                      : std::from_chars_result{slash, std::errc::invalid_argument};
  if (!separated || count_error != std::errc() || end != last || shard.index >= shard.count)
    throw UsageError(fmt::format("--shard {}: expected I/N with I = 0 .. N - 1", text));
  return shard;
}

std::uint64_t PlaceNumber(const std::filesystem::path& place) {
  std::string_view name = place.native();
  // As `std::filesystem::path::extension` has it, without the list of components that it makes.
  const std::size_t begin = name.rfind('/') + 1;
  if (const std::size_t dot = name.rfind('.'); dot != std::string_view::npos && dot > begin)
    name = name.substr(0, dot);
  return Sha256Number(std::as_bytes(std::span(name)));
}

std::size_t ShardOf(const std::filesystem::path& place, std::size_t count) {
  return PlaceNumber(place) % count;
}

}  // namespace gradcut
