#include "image/tiff_file.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>

namespace gradcut {

TiffFile::TiffFile(Bytes bytes, std::string name)
    : name_(std::move(name)), source_{.bytes = bytes} {
  const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(
      TIFFOpenOptionsAlloc(), &TIFFOpenOptionsFree);
  if (options == nullptr) throw std::bad_alloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), &StoreMessage, this);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), &IgnoreMessage, nullptr);
  tiff_ = TIFFClientOpenExt(
      "image", "r", &source_, &Read, [](thandle_t, void*, tmsize_t) -> tmsize_t { return -1; },
      &Seek, [](thandle_t) { return 0; },
      [](thandle_t source) -> toff_t { return static_cast<Source*>(source)->bytes.size(); },
      // libtiff takes what it maps for read-only.
      [](thandle_t handle, void** base, toff_t* size) {
        const Bytes all = static_cast<Source*>(handle)->bytes;
        *base = const_cast<std::uint8_t*>(all.data());
        *size = all.size();
        return 1;
      },
      [](thandle_t, void*, toff_t) {}, options.get());
  if (tiff_ == nullptr) FailToRead();
}

TiffFile::~TiffFile() { TIFFClose(tiff_); }

void TiffFile::FailToRead() const {
  const std::string cause = Printable(message_.data());
  Fail("{}: is corrupt or truncated (TIFF){}{}", name_, cause.empty() ? "" : ": ", cause);
}

int TiffFile::StoreMessage(TIFF*, void* self, const char*, const char* format, va_list values) {
  auto& message = static_cast<TiffFile*>(self)->message_;
  std::vsnprintf(message.data(), message.size(), format, values);
  return 1;
}

tmsize_t TiffFile::Read(thandle_t handle, void* to, tmsize_t count) {
  auto& source = *static_cast<Source*>(handle);
  if (count <= 0 || source.at >= source.bytes.size()) return 0;
  const Bytes rest = source.bytes.subspan(source.at);
  const std::size_t size = std::min(rest.size(), static_cast<std::size_t>(count));
  std::memcpy(to, rest.data(), size);
  source.at += size;
  return static_cast<tmsize_t>(size);
}

toff_t TiffFile::Seek(thandle_t handle, toff_t offset, int whence) {
  auto& source = *static_cast<Source*>(handle);
  const std::uint64_t base = whence == SEEK_CUR   ? source.at
                             : whence == SEEK_END ? source.bytes.size()
                                                  : 0;
  return source.at = base + offset;
}

std::vector<std::uint8_t> TiffProfile(Bytes bytes) {
  try {
    const TiffFile file(bytes, "");
    std::uint32_t size = 0;
    const std::uint8_t* profile = nullptr;
    if (TIFFGetField(file.get(), TIFFTAG_ICCPROFILE, &size, &profile) != 1) return {};
    return {profile, profile + size};
  } catch (const Error&) {
    return {};
  }
}

}  // namespace gradcut
