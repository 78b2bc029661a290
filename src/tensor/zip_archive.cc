#include "tensor/zip_archive.h"

#include <fmt/format.h>
#include <zip.h>

#include <stdexcept>

namespace gradcut {
namespace {

constexpr std::int64_t kMaxEntries = 100'000;

[[noreturn]] void Refuse(const std::string& cause) { throw std::invalid_argument(cause); }

std::string TextOf(zip_error_t& error) {
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

std::shared_ptr<zip> OpenArchive(std::span<const std::byte> bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* const source =
      zip_source_buffer_create(bytes.data(), bytes.size(), /*freep=*/0, &error);
  if (source == nullptr) Refuse(TextOf(error));
  zip_t* const archive = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (archive == nullptr) {
    zip_source_free(source);
    Refuse("its zip archive cannot be read (truncated?): " + TextOf(error));
  }
  zip_error_fini(&error);
  return {archive, zip_discard};
}

}  // namespace

ZipArchive::ZipArchive(std::span<const std::byte> bytes)
    : size_(bytes.size()), archive_(OpenArchive(bytes)) {
  const std::int64_t count = zip_get_num_entries(archive_.get(), 0);
  if (count > kMaxEntries) Refuse("its zip archive has too many entries");
  for (std::int64_t i = 0; i < count; ++i) {
    const char* const name = zip_get_name(archive_.get(), static_cast<zip_uint64_t>(i), 0);
    if (name != nullptr) names_.emplace_back(name);
  }
}

std::vector<std::byte> ZipArchive::Read(const std::string& name) const {
  zip_stat_t status;
  if (zip_stat(archive_.get(), name.c_str(), 0, &status) != 0)
    Refuse(fmt::format("its zip archive lacks '{}'", name));
  constexpr zip_uint64_t kNeeded = ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD;
  if ((status.valid & kNeeded) != kNeeded || status.comp_method != ZIP_CM_STORE ||
      status.size > size_)
    Refuse(fmt::format("'{}' in its zip archive is compressed, which torch.save never does", name));
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(
      zip_fopen(archive_.get(), name.c_str(), 0), zip_fclose);
  if (file == nullptr)
    Refuse(fmt::format("'{}' in its zip archive cannot be opened: {}", name,
                       zip_strerror(archive_.get())));
  std::vector<std::byte> bytes(status.size);
  const bool whole =
      zip_fread(file.get(), bytes.data(), bytes.size()) == static_cast<zip_int64_t>(bytes.size());
  // The checksum is compared at the end of the entry.
  std::byte beyond;
  if (!whole || zip_fread(file.get(), &beyond, 1) != 0)
    Refuse(fmt::format("'{}' in its zip archive is damaged", name));
  return bytes;
}

}  // namespace gradcut
