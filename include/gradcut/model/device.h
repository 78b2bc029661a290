#pragma once

#include <string>
#include <vector>

namespace gradcut {

/// What this machine and build can run a network on.
struct DeviceReport {
  std::string torch_version;
  bool cuda_usable = false;
  std::string cuda_reason;                ///< Why not, in one sentence; empty when usable.
  std::vector<std::string> cuda_devices;  ///< Names, by index.
};

/// Looks for a GPU: loads LibTorch's CUDA part if it is installed. The first call must come before
/// any other use of LibTorch in the process.
const DeviceReport& ProbeDevices();

/// Throws `Error` unless `wanted` is "auto", "cpu", "cuda" or "cuda:N". Looks at no device.
void CheckDeviceName(const std::string& wanted);

/// Turns "auto", "cpu", "cuda" or "cuda:N" into "cpu" or "cuda:N". Throws `Error` saying why when
/// a GPU is asked for by name and cannot be used; "auto" then takes the CPU.
std::string ResolveDevice(const std::string& wanted);

}  // namespace gradcut
