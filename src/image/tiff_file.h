#pragma once

#include "image/codec.h"

#include <tiffio.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace gradcut {

// A TIFF or BigTIFF file in memory, at its first image. Prints nothing.
class TiffFile {
 public:
  // `bytes` must outlive it. Throws `Error` when there is no image.
  TiffFile(Bytes bytes, std::string name);
  ~TiffFile();
  TiffFile(const TiffFile&) = delete;
  TiffFile& operator=(const TiffFile&) = delete;

  TIFF* get() const { return tiff_; }

  // The value of a field of one number; `missing` where the file has none and TIFF no default.
  template <class Value>
  Value Field(std::uint32_t tag, Value missing) const {
    Value value = missing;
    return TIFFGetFieldDefaulted(tiff_, tag, &value) == 1 ? value : missing;
  }

  // Throws `Error` with what libtiff last said.
  [[noreturn]] void FailToRead() const;

 private:
  struct Source {
    Bytes bytes;
    std::uint64_t at = 0;
  };

  static int StoreMessage(TIFF*, void* self, const char* module, const char* format, va_list);
  static int IgnoreMessage(TIFF*, void*, const char*, const char*, va_list) { return 1; }
  static tmsize_t Read(thandle_t source, void* to, tmsize_t count);
  static toff_t Seek(thandle_t source, toff_t offset, int whence);

  std::string name_;
  Source source_;
  std::array<char, 200> message_ = {};
  TIFF* tiff_ = nullptr;
};

// The ICC profile of the first image; empty if there is none or the file is damaged.
std::vector<std::uint8_t> TiffProfile(Bytes bytes);

}  // namespace gradcut
