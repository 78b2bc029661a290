#include "gradcut/tensor/safetensors.h"

#include "gradcut/core/checks.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/bytes.h"
#include "gradcut/storage/file.h"
#include "storage/mapped_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <optional>
#include <system_error>

namespace gradcut {
namespace {

constexpr std::size_t kLengthBytes = 8;
// The format's own limit; a larger length is a wrong or hostile file.
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;

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
  SafetensorsFile result;
  result.path_ = path;
  result.file_ = MappedFile::Open(path);
  result.ReadHeader();
  return result;
}

std::span<const std::byte> SafetensorsFile::bytes() const { return file_->bytes(); }

void SafetensorsFile::ReadHeader() {
  Require(bytes().size() > kLengthBytes, "{}: {} bytes, too short for a safetensors file",
          path_.string(), bytes().size());
  std::uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, bytes().data(), kLengthBytes);
  Require(header_bytes <= std::min<std::uint64_t>(kMaxHeaderBytes, bytes().size() - kLengthBytes),
          "{}: not a safetensors file, or truncated", path_.string());
  const auto* const text = reinterpret_cast<const char*>(bytes().data() + kLengthBytes);
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
      StoredTensor tensor;
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

std::string SafetensorsFile::Field(const std::string& name) const {
  const auto found = metadata_.find(name);
  return found == metadata_.end() ? std::string() : found->second;
}

cv::Mat SafetensorsFile::Matrix(const std::string& name, int dimensions) const {
  if (dimensions != 1 && dimensions != 2)
    throw std::invalid_argument("SafetensorsFile::Matrix: expected 1 or 2 dimensions");
  // A head of 20,000 classes and 2,000 channels has a sixth of it.
  constexpr std::size_t kMaxBytes = std::size_t{1} << 30;
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) return {};
  const auto& [dtype, shape, bytes] = found->second;
  const std::map<std::string, int> depths = {{"F16", CV_16F}, {"F32", CV_32F}, {"F64", CV_64F}};
  const auto depth = depths.find(dtype);
  if (depth == depths.end() || std::ssize(shape) != dimensions || bytes.empty()) return {};
  const auto side = [&](std::int64_t size) {
    return CheckedInt(size, fmt::format("{}: a side of '{}'", Printable(path_), name));
  };
  const int rows = dimensions == 1 ? 1 : side(shape.front()), cols = side(shape.back());
  Require(bytes.size() <= kMaxBytes, "{}: '{}' has {} bytes, expected at most {}", Printable(path_),
          name, bytes.size(), kMaxBytes);
  cv::Mat matrix(rows, cols, depth->second);
  std::memcpy(matrix.data, bytes.data(), matrix.total() * matrix.elemSize());
  if (depth->second == CV_16F) matrix.convertTo(matrix, CV_32F);
  return matrix;
}

void WriteSafetensors(const std::filesystem::path& path, const StoredTensors& tensors,
                      const std::map<std::string, std::string>& metadata) {
  std::vector<StoredTensors::const_iterator> order;
  for (auto it = tensors.begin(); it != tensors.end(); ++it) order.push_back(it);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return ElementBytes(a->second.dtype) > ElementBytes(b->second.dtype);
  });

  nlohmann::json header = nlohmann::json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::vector<std::span<const std::uint8_t>> pieces(1);  // The first one is the header.
  std::size_t end = 0;
  for (const auto& tensor : order) {
    const auto& [dtype, shape, bytes] = tensor->second;
    header[tensor->first] = {
        {"dtype", dtype}, {"shape", shape}, {"data_offsets", {end, end + bytes.size()}}};
    end += bytes.size();
    pieces.emplace_back(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }

  std::string text;
  try {
    text = header.dump(/*indent=*/-1, ' ', /*ensure_ascii=*/true);
  } catch (const nlohmann::json::exception&) {
    Fail("{}: cannot be written: a name is not valid UTF-8", Printable(path));
  }
  text.append((kLengthBytes - text.size() % kLengthBytes) % kLengthBytes, ' ');
  const std::uint64_t header_bytes = text.size();
  std::string head(kLengthBytes, '\0');
  std::memcpy(head.data(), &header_bytes, kLengthBytes);
  head += text;
  pieces[0] = BytesOf(head);
  WriteFileAtomically(path, pieces);
}

void CheckReplaces(const std::filesystem::path& path, std::span<const std::string_view> formats,
                   std::string_view kind) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored) ||
      std::filesystem::file_size(path, ignored) == 0)
    return;
  std::string format;
  try {
    format = SafetensorsFile::Open(path).Field("format");
  } catch (const Error&) {  // It is something else.
  }
  if (std::find(formats.begin(), formats.end(), format) == formats.end())
    throw UsageError(fmt::format("{}: is there already and is not {}; name another file to write",
                                 Printable(path), kind));
}

}  // namespace gradcut
