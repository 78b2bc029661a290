#include "cli/commands/doctor_command.h"

#include "gradcut/core/error.h"
#include "gradcut/core/version.h"
#include "gradcut/model/classifier.h"
#include "gradcut/model/device.h"
#include "gradcut/model/model_folders.h"

#include <fmt/format.h>

#include <filesystem>
#include <opencv2/core/version.hpp>
#include <thread>

namespace gradcut {
namespace {

// One line a model: what a file holds, or why it cannot be used. Returns whether it can.
bool DescribeModel(const std::string& name) {
  try {
    const auto classifier = Classifier::Load({.model = name, .device = "cpu"});
    const ClassifierInfo& info = classifier->info();
    fmt::print("  ok       {}: {}, {} classes, input {}x{}, sha256 {}...\n", name,
               info.file.string(), classifier->class_names().size(), info.input_size,
               info.input_size, info.sha256.substr(0, 12));
    return true;
  } catch (const Error& error) {
    fmt::print("  missing  {}: {}\n", name, error.what());
    return false;
  }
}

}  // namespace

ExitStatus RunDoctorCommand(const DoctorFlags&) {
  const DeviceReport& devices = ProbeDevices();
  fmt::print("gradcut {}\n", kVersionText);
  fmt::print("libraries: LibTorch {}, OpenCV {}\n", devices.torch_version, CV_VERSION);
  fmt::print("cpu: {} cores\n", std::thread::hardware_concurrency());
  if (devices.cuda_usable) {
    for (const std::string& name : devices.cuda_devices) fmt::print("gpu: {}\n", name);
  } else {
    fmt::print("gpu: none usable: {}\n", devices.cuda_reason);
  }
  fmt::print("models:\n");
  int usable = 0;
  for (const std::string& name : ArchitectureNames())
    if (FindWeights(name)) usable += DescribeModel(name) ? 1 : 0;
  if (usable == 0) DescribeModel(ClassifierOptions().model);
  fmt::print("{}\n", usable > 0 ? "ready: `gradcut mask PHOTOS -o MASKS`"
                                : "not ready: no model can be loaded");
  return usable > 0 ? kExitDone : kExitFailed;
}

}  // namespace gradcut
