#pragma once

#include <chrono>

namespace gradcut {

/// Time since it was made, or since the last lap.
class Stopwatch {
 public:
  double Milliseconds() const {
    return std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
  }
  double Seconds() const { return Milliseconds() / 1000; }

  /// The milliseconds of this lap; the next one begins.
  double Lap() {
    const Clock::time_point now = Clock::now();
    const std::chrono::duration<double, std::milli> lap = now - start_;
    start_ = now;
    return lap.count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

}  // namespace gradcut
