#include "gradcut/io/safetensors.h"

#include "gradcut/core/error.h"
#include "io/descriptor.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

namespace gradcut {
namespace {

constexpr std::size_t kLengthBytes = 8;
// The format's own limit; a larger length is a wrong or hostile file.
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;

std::optional<std::int64_t> ElementBytes(const std::string& dtype) {
  static const std::map<std::string, std::int64_t> kBytes = {
      {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E5M2", 1}, {"F8_E4M3", 1},
      {"I16", 2},  {"U16", 2}, {"F16", 2}, {"BF16", 2},    {"I32", 4},
      {"U32", 4},  {"F32", 4}, {"I64", 8}, {"U64", 8},     {"F64", 8}};
  const auto found = kBytes.find(dtype);
  if (found == kBytes.end()) return std::nullopt;
  return found->second;
}

// Bytes of a tensor of that shape, or nothing if a side is negative or the product overflows.
std::optional<std::int64_t> TensorBytes(const std::vector<std::int64_t>& shape,
                                        std::int64_t element_bytes) {
  std::int64_t bytes = element_bytes;
  for (const std::int64_t side : shape)
    if (side < 0 || __builtin_mul_overflow(bytes, side, &bytes)) return std::nullopt;
  return bytes;
}

std::vector<std::int64_t> Integers(const nlohmann::json& array) {
  std::vector<std::int64_t> values;
  for (const nlohmann::json& element : array) {
    if (!element.is_number_integer()) throw std::invalid_argument("not a whole number");
    values.push_back(element.get<std::int64_t>());
  }
  return values;
}

}  // namespace

SafetensorsFile SafetensorsFile::Open(const std::filesystem::path& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  Require(file.valid(), "{}: cannot open: {}", path.string(), std::strerror(errno));
  struct stat status = {};
  Require(fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode),
          "{}: not a regular file, expected a safetensors file", path.string());
  const auto size = static_cast<std::size_t>(status.st_size);
  Require(size > kLengthBytes, "{}: {} bytes, too short for a safetensors file", path.string(),
          size);
  void* const address = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  Require(address != MAP_FAILED, "{}: cannot map into memory: {}", path.string(),
          std::strerror(errno));

  SafetensorsFile result;
  result.path_ = path;
  result.size_ = size;
  result.mapping_ = std::shared_ptr<const std::byte>(
      static_cast<const std::byte*>(address),
      [address, size](const std::byte*) { munmap(address, size); });
  result.ReadHeader();
  return result;
}

std::span<const std::byte> SafetensorsFile::bytes() const { return {mapping_.get(), size_}; }

void SafetensorsFile::ReadHeader() {
  std::uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, mapping_.get(), kLengthBytes);
  Require(header_bytes <= std::min<std::uint64_t>(kMaxHeaderBytes, size_ - kLengthBytes),
          "{}: not a safetensors file, or truncated: its header would be {} bytes long",
          path_.string(), header_bytes);
  const auto* const text = reinterpret_cast<const char*>(mapping_.get() + kLengthBytes);
  const std::span<const std::byte> data = bytes().subspan(kLengthBytes + header_bytes);

  std::vector<std::pair<std::int64_t, std::int64_t>> extents;
  std::string name = "header";
  try {
    const nlohmann::json header = nlohmann::json::parse(text, text + header_bytes);
    if (!header.is_object()) throw std::invalid_argument("not an object");
    for (const auto& [key, entry] : header.items()) {
      name = key;
      if (key == "__metadata__") {
        metadata_ = entry.get<std::map<std::string, std::string>>();
        continue;
      }
      Tensor tensor;
      tensor.dtype = entry.at("dtype").get<std::string>();
      tensor.shape = Integers(entry.at("shape"));
      const std::vector<std::int64_t> offsets = Integers(entry.at("data_offsets"));
      const auto element_bytes = ElementBytes(tensor.dtype);
      if (!element_bytes) throw std::invalid_argument("unknown dtype " + tensor.dtype);
      const auto tensor_bytes = TensorBytes(tensor.shape, *element_bytes);
      if (offsets.size() != 2 || offsets[0] < 0 || offsets[1] < offsets[0] ||
          static_cast<std::uint64_t>(offsets[1]) > data.size())
        throw std::invalid_argument("data_offsets lie outside the file (truncated?)");
      if (!tensor_bytes || *tensor_bytes != offsets[1] - offsets[0])
        throw std::invalid_argument("shape and data_offsets disagree");
      tensor.bytes = data.subspan(static_cast<std::size_t>(offsets[0]),
                                  static_cast<std::size_t>(*tensor_bytes));
      if (!tensor.bytes.empty()) extents.emplace_back(offsets[0], offsets[1]);
      tensors_.emplace(key, std::move(tensor));
    }
  } catch (const std::exception& error) {
    Fail("{}: not a valid safetensors file: '{}': {}", path_.string(), name, error.what());
  }
  std::sort(extents.begin(), extents.end());
  for (std::size_t i = 1; i < extents.size(); ++i)
    Require(extents[i].first >= extents[i - 1].second,
            "{}: not a valid safetensors file: tensors overlap", path_.string());
}

}  // namespace gradcut
