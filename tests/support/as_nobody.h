#pragma once

#include <sys/fsuid.h>
#include <unistd.h>

namespace gradcut {

/// While it lives, this thread opens files as a user without rights, so that permissions can be
/// tested as root too.
class AsNobody {
 public:
  AsNobody() { ::setfsuid(kNobody); }
  ~AsNobody() { ::setfsuid(::geteuid()); }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  static constexpr uid_t kNobody = 65534;
};

}  // namespace gradcut
