#pragma once

#include "gradcut/core/stopwatch.h"

#include <string>
#include <utility>
#include <vector>

namespace gradcut {

// Notes the wall time between two calls under the name of the stage that has ended; a stage that
// comes again adds to its time.
class StageClock {
 public:
  explicit StageClock(std::vector<std::pair<std::string, double>>& milliseconds)
      : milliseconds_(milliseconds) {}

  void Ended(const char* stage) {
    const double taken = watch_.Lap();
    for (auto& [name, milliseconds] : milliseconds_) {
      if (name != stage) continue;
      milliseconds += taken;
      return;
    }
    milliseconds_.emplace_back(stage, taken);
  }

 private:
  std::vector<std::pair<std::string, double>>& milliseconds_;
  Stopwatch watch_;
};

}  // namespace gradcut
