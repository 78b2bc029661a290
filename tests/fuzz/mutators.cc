#include "fuzz/mutators.h"

#include "fuzz/zip_file.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>
#include <string>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace gradcut::fuzz {
namespace {

using Buffer = std::vector<std::uint8_t>;
using Random = std::minstd_rand;

// What sizes and offsets are wrong in.
constexpr std::array<std::int64_t, 16> kInteresting = {
    0,      1,      2,          3,          4,          8,           255, 256,
    0x7fff, 0xffff, 0x7fffffff, 0xffffffff, 0x80000000, 0x100000000, -1,  INT64_MAX};

std::size_t Below(Random& random, std::size_t end) { return end == 0 ? 0 : random() % end; }

template <class Number>
Number At(const Buffer& bytes, std::size_t at) {
  Number value = 0;
  if (at + sizeof value <= bytes.size()) std::memcpy(&value, &bytes[at], sizeof value);
  return value;
}

template <class Number>
void Set(Buffer& bytes, std::size_t at, Number value) {
  if (at + sizeof value <= bytes.size()) std::memcpy(&bytes[at], &value, sizeof value);
}

// What libFuzzer makes of a part of the input.
Buffer Mutated(Buffer part, std::size_t room) {
  const std::size_t size = part.size();
  part.resize(size + room);
  part.resize(LLVMFuzzerMutate(part.data(), size, part.size()));
  return part;
}

Buffer Joined(const Buffer& a, const Buffer& b, const Buffer& c = {}) {
  Buffer all = a;
  all.insert(all.end(), b.begin(), b.end());
  all.insert(all.end(), c.begin(), c.end());
  return all;
}

// ---- safetensors

// One number, text or field of the header becomes another.
void ChangeValue(nlohmann::json& value, Random& random) {
  if ((value.is_object() || value.is_array()) && !value.empty()) {
    if (random() % 16 == 0) {
      if (value.is_array())
        value.push_back(kInteresting[Below(random, kInteresting.size())]);
      else
        value.erase(std::next(value.begin(), static_cast<int>(Below(random, value.size()))));
      return;
    }
    ChangeValue(*std::next(value.begin(), static_cast<int>(Below(random, value.size()))), random);
    return;
  }
  static constexpr std::array kTypes = {"F32", "F64", "F16",  "BF16",
                                        "I64", "U8",  "BOOL", "F8_E4M3"};
  if (value.is_string() && random() % 2 == 0)
    value = kTypes[Below(random, kTypes.size())];
  else if (value.is_number_integer() && random() % 2 == 0)
    value = value.get<std::uint64_t>() + random() % 17 - 8;
  else
    value = kInteresting[Below(random, kInteresting.size())];
}

Buffer MutateSafetensors(const Buffer& input, Random& random, std::size_t room) {
  const std::uint64_t length = At<std::uint64_t>(input, 0);
  if (input.size() < 8 || length > input.size() - 8 || random() % 8 == 0)
    return Mutated(input, room);
  const auto header_end = input.begin() + 8 + static_cast<std::ptrdiff_t>(length);
  Buffer header(input.begin() + 8, header_end);
  const Buffer data(header_end, input.end());
  nlohmann::json json = nlohmann::json::parse(header, nullptr, /*allow_exceptions=*/false);
  if (!json.is_discarded() && random() % 2 == 0) {
    ChangeValue(json, random);
    const std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    header.assign(text.begin(), text.end());
  } else {
    header = Mutated(std::move(header), room);
  }
  Buffer size(8);
  Set<std::uint64_t>(size, 0, header.size());
  return Joined(size, header, data);
}

// ---- NumPy

Buffer MutateNpy(const Buffer& input, Random& random, std::size_t room) {
  const std::size_t length = At<std::uint16_t>(input, 8);
  if (input.size() < 10 || length > input.size() - 10 || random() % 4 == 0)
    return Mutated(input, room);
  const auto header_end = input.begin() + 10 + static_cast<std::ptrdiff_t>(length);
  const Buffer header = Mutated(Buffer(input.begin() + 10, header_end), room);
  Buffer front(input.begin(), input.begin() + 10);
  Set<std::uint16_t>(front, 8, static_cast<std::uint16_t>(header.size()));
  return Joined(front, header, Buffer(header_end, input.end()));
}

// ---- PNG

void RepairPng(Buffer& file) {
  for (std::size_t at = 8; at + 12 <= file.size();) {
    const std::size_t length = __builtin_bswap32(At<std::uint32_t>(file, at));
    if (length > file.size() - at - 12) return;
    const auto sum =
        static_cast<std::uint32_t>(crc32(0, &file[at + 4], static_cast<uInt>(length + 4)));
    Set<std::uint32_t>(file, at + 8 + length, __builtin_bswap32(sum));
    at += 12 + length;
  }
}

// ---- TIFF

// One field of one entry of a directory becomes another.
Buffer MutateTiff(Buffer file, Random& random, std::size_t room) {
  const bool little = file.size() > 8 && file[0] == 'I';
  const std::size_t directory =
      little ? At<std::uint32_t>(file, 4) : __builtin_bswap32(At<std::uint32_t>(file, 4));
  if (file.size() < 10 || directory + 14 > file.size() || random() % 3 == 0)
    return Mutated(std::move(file), room);
  const std::uint16_t count = At<std::uint16_t>(file, directory);
  const std::size_t entries = little ? count : __builtin_bswap16(count);
  const std::size_t entry = directory + 2 + 12 * Below(random, std::max<std::size_t>(1, entries));
  const auto value = static_cast<std::uint32_t>(
      random() % 2 == 0 ? kInteresting[Below(random, kInteresting.size())]
                        : static_cast<std::int64_t>(random() % 64));
  const auto half = static_cast<std::uint16_t>(value);
  switch (random() % 5) {
    case 0:
      // The tags of an image, of its tiles and of its EXIF data.
      Set<std::uint16_t>(
          file, entry,
          static_cast<std::uint16_t>(
              little ? 254 + random() % 92
                     : __builtin_bswap16(static_cast<std::uint16_t>(254 + random() % 92))));
      break;
    case 1:
      Set<std::uint16_t>(file, entry + 2, little ? half : __builtin_bswap16(half));
      break;
    case 2:
      Set<std::uint32_t>(file, entry + 4, little ? value : __builtin_bswap32(value));
      break;
    case 3:
      Set<std::uint16_t>(file, entry + 8, little ? half : __builtin_bswap16(half));
      break;
    default:
      Set<std::uint32_t>(file, entry + 8, little ? value : __builtin_bswap32(value));
  }
  return file;
}

// ---- tar

constexpr std::size_t kTarBlock = 512;
constexpr std::size_t kTarSizeAt = 124, kTarSizeDigits = 11, kTarKindAt = 156;  // In a header.

// The checksums of the headers: the sum of all bytes, their own taken for spaces.
void RepairTar(Buffer& file) {
  constexpr std::size_t kSumAt = 148, kSumSize = 8;
  for (std::size_t at = 0; at + kTarBlock <= file.size();) {
    if (file[at] == 0) return;
    std::fill_n(&file[at + kSumAt], kSumSize, ' ');
    const auto first = file.begin() + static_cast<std::ptrdiff_t>(at);
    const unsigned sum = std::accumulate(first, first + kTarBlock, 0U);
    std::snprintf(reinterpret_cast<char*>(&file[at + kSumAt]), kSumSize - 1, "%06o", sum);
    const std::string size(first + kTarSizeAt, first + kTarSizeAt + kTarSizeDigits);
    const std::size_t bytes = std::strtoull(size.c_str(), nullptr, 8);
    if (bytes > file.size()) return;
    at += kTarBlock + (bytes + kTarBlock - 1) / kTarBlock * kTarBlock;
  }
}

// One field of a header becomes another: size, kind, or a byte anywhere.
Buffer MutateTar(Buffer file, Random& random, std::size_t room) {
  if (file.size() < kTarBlock || random() % 2 == 0) return Mutated(std::move(file), room);
  const std::size_t at = kTarBlock * Below(random, file.size() / kTarBlock);
  switch (random() % 4) {
    case 0:
      std::snprintf(reinterpret_cast<char*>(&file[at + kTarSizeAt]), kTarSizeDigits + 1, "%011o",
                    static_cast<unsigned>(kInteresting[Below(random, 10)]));
      break;
    case 1:
      file[at + kTarKindAt] = static_cast<std::uint8_t>("0123456789gxLKSDMNV"[Below(random, 19)]);
      break;
    case 2: {  // A block twice.
      const auto block = file.begin() + static_cast<std::ptrdiff_t>(at);
      const Buffer copy(block, block + kTarBlock);
      file.insert(block, copy.begin(), copy.end());
      break;
    }
    default:
      file[at + Below(random, kTarBlock)] = static_cast<std::uint8_t>(random());
  }
  return file;
}

Buffer MutatedInput(std::string_view reader, Buffer input, Random& random, std::size_t room) {
  if (reader == "safetensors" || reader == "label_evidence" || reader == "label_model" ||
      reader == "linear_head")
    return MutateSafetensors(input, random, room);
  if (reader == "tar") {
    Buffer output = MutateTar(std::move(input), random, room);
    if (random() % 8 > 0) RepairTar(output);
    return output;
  }
  if (reader == "npy_array") return MutateNpy(input, random, room);
  if (reader == "tiff") return MutateTiff(std::move(input), random, room);
  Buffer output = Mutated(std::move(input), room);
  if (random() % 8 == 0) return output;  // Wrong checksums are inputs too.
  if (reader == "png" || reader == "mask_image" || reader == "metadata")
    if (output.size() > 8 && output[1] == 'P' && output[2] == 'N') RepairPng(output);
  if (reader == "zip" || reader == "torch_save") RepairZip(output);
  return output;
}

}  // namespace

std::size_t Mutate(std::string_view reader, std::uint8_t* data, std::size_t size,
                   std::size_t max_size, unsigned seed) {
  constexpr std::size_t kMostRoom = 4096;
  Random random(seed);
  const std::size_t room = std::min(kMostRoom, max_size - std::min(size, max_size));
  const Buffer output = MutatedInput(reader, Buffer(data, data + size), random, room);
  const std::size_t kept = std::min(output.size(), max_size);
  std::copy_n(output.begin(), kept, data);
  return kept;
}

}  // namespace gradcut::fuzz
