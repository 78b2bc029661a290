#include "gradcut/model/device.h"

#include "gradcut/core/error.h"

#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <torch/version.h>

#include <charconv>
#include <filesystem>

namespace gradcut {
namespace {

// The CUDA part registers itself with LibTorch when it is loaded, but only before LibTorch's first
// use. The program links the CPU part alone, so that it starts where no CUDA library exists.
// Returns why it could not be loaded, or nothing.
std::string LoadCudaPart() {
  if (!std::filesystem::exists("/dev/nvidiactl")) return "this machine has no NVIDIA device";
  if (dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) != nullptr) return "";
  const char* const cause = dlerror();
  return fmt::format(
      "LibTorch's CUDA part cannot be loaded ({}); install the full set of CUDA wheels",
      cause == nullptr ? "unknown cause" : cause);
}

DeviceReport Probe() {
  DeviceReport report;
  report.torch_version = TORCH_VERSION;
  report.cuda_reason = LoadCudaPart();
  if (!report.cuda_reason.empty()) return report;
  try {
    const int count =
        at::detail::getCUDAHooks().hasCUDA() ? at::detail::getCUDAHooks().deviceCount() : 0;
    for (int i = 0; i < count; ++i) report.cuda_devices.push_back(fmt::format("cuda:{}", i));
  } catch (const std::exception& error) {
    report.cuda_reason = fmt::format("CUDA reports: {}", error.what());
    return report;
  }
  report.cuda_usable = !report.cuda_devices.empty();
  if (!report.cuda_usable) report.cuda_reason = "LibTorch's CUDA part sees no GPU";
  return report;
}

// The same bytes from run to run, and single precision as on a CPU. LibTorch warns of an operation
// that has no deterministic kernel.
void MakeDeterministic() {
  at::Context& context = at::globalContext();
  context.setBenchmarkCuDNN(false);
  context.setDeterministicCuDNN(true);
  context.setDeterministicAlgorithms(true, /*warn_only=*/true);
  context.setAllowTF32CuDNN(false);
  context.setAllowTF32CuBLAS(false);
}

// The index in "cuda" or "cuda:N"; -1 for anything else.
int CudaIndex(const std::string& name) {
  if (name == "cuda") return 0;
  if (!name.starts_with("cuda:")) return -1;
  int index = -1;
  const char* const last = name.data() + name.size();
  const auto [end, error] = std::from_chars(name.data() + 5, last, index);
  return error == std::errc() && end == last ? index : -1;
}

}  // namespace

const DeviceReport& ProbeDevices() {
  static const DeviceReport report = Probe();
  return report;
}

void CheckDeviceName(const std::string& wanted) {
  Require(wanted == "auto" || wanted == "cpu" || CudaIndex(wanted) >= 0,
          "unknown device '{}': expected auto, cpu, cuda or cuda:N with N = 0, 1, ...", wanted);
}

std::string ResolveDevice(const std::string& wanted) {
  CheckDeviceName(wanted);
  if (wanted == "cpu") return wanted;
  const int index = wanted == "auto" ? 0 : CudaIndex(wanted);
  const DeviceReport& report = ProbeDevices();
  if (!report.cuda_usable) {
    Require(wanted == "auto", "device '{}' cannot be used: {}", wanted, report.cuda_reason);
    return "cpu";
  }
  Require(static_cast<std::size_t>(index) < report.cuda_devices.size(),
          "device '{}' does not exist: this machine has {} GPU(s)", wanted,
          report.cuda_devices.size());
  MakeDeterministic();
  return fmt::format("cuda:{}", index);
}

}  // namespace gradcut
