#pragma once

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>

namespace gradcut {

/// While it lives, this thread may not open `path`: all its permissions are taken away, and from a
/// root user's thread the right to ignore that.
class Forbidden {
 public:
  explicit Forbidden(std::filesystem::path path)
      : path_(std::move(path)), permissions_(std::filesystem::status(path_).permissions()) {
    std::filesystem::permissions(path_, std::filesystem::perms::none);
    ::syscall(SYS_capget, &header_, before_);
    __user_cap_data_struct now[2] = {before_[0], before_[1]};
    now[0].effective &= ~(1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH);
    ::syscall(SYS_capset, &header_, now);
  }
  ~Forbidden() {
    ::syscall(SYS_capset, &header_, before_);
    std::filesystem::permissions(path_, permissions_);
  }
  Forbidden(const Forbidden&) = delete;
  Forbidden& operator=(const Forbidden&) = delete;

 private:
  std::filesystem::path path_;
  std::filesystem::perms permissions_;
  __user_cap_header_struct header_ = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct before_[2] = {};
};

}  // namespace gradcut
