#pragma once

#include <locale.h>

namespace gradcut {

/// While it lives, libarchive takes and gives names in this thread as UTF-8, and keeps bytes that
/// are none as they are: else it would turn them into the program's own encoding, ASCII.
class Utf8Names {
 public:
  Utf8Names() : before_(::uselocale(Utf8())) {}
  ~Utf8Names() { ::uselocale(before_); }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  static locale_t Utf8() {
    static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return utf8;
  }
  locale_t before_;
};

}  // namespace gradcut
