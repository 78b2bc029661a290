#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace gradcut {

/// One share of the inputs: those whose `ShardOf` is `index`.
struct Shard {
  std::size_t index = 0;
  std::size_t count = 1;
};

/// Reads "I/N" (I from 0). Throws `UsageError`.
Shard ParseShard(const std::string& text);

/// The shard, of `count`, of a file at a place in the output ("sub/a.jpg"): the first eight bytes
/// of the SHA-256 of the place without its extension ("sub/a"), as a number (big-endian), modulo
/// `count`. It depends on nothing else, so that files that are added or removed move no other file,
/// and every tool can compute it. What is named alike but for the extension is in one shard: photos
/// whose outputs would collide, a photo and its mask, the files of a key.
std::size_t ShardOf(const std::filesystem::path& place, std::size_t count);

/// The number that `ShardOf` divides: the first of n are a sample of n files that does not depend
/// on their order.
std::uint64_t PlaceNumber(const std::filesystem::path& place);

inline bool Holds(const Shard& shard, const std::filesystem::path& place) {
  return shard.count == 1 || ShardOf(place, shard.count) == shard.index;
}

}  // namespace gradcut
