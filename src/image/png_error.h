#pragma once

#include <png.h>

#include <array>
#include <csetjmp>
#include <cstring>

namespace gradcut {

// libpng reports an error by a callback that must not return; ours stores the message and jumps.
struct PngError {
  std::array<char, 128> message = {};
};

[[noreturn]] inline void StoreAndJump(png_structp png, png_const_charp text) {
  auto* error = static_cast<PngError*>(png_get_error_ptr(png));
  std::strncpy(error->message.data(), text, error->message.size() - 1);
  png_longjmp(png, 1);
}

inline void IgnoreWarning(png_structp, png_const_charp) {}

// Runs calls to libpng; false when one of them failed. The jump skips destructors, so `step` must
// not own anything while it calls libpng: all that does lives in the caller.
template <class Step>
bool Guarded(png_structp png, const Step& step) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  step();
  return true;
}

}  // namespace gradcut
