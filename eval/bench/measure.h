#pragma once

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <vector>

namespace gradcut {

/// Milliseconds of CPU time that this thread has used.
inline double ThreadMilliseconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

/// The upper one of the two middle values of an even number; `values` must not be empty.
inline double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// `main` of a benchmark whose only argument is a folder; `usage` names both.
inline int MainOnFolder(int argc, char** argv, const char* usage,
                        void (*run)(const std::filesystem::path&)) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s\n", usage);
    return 2;
  }
  run(argv[1]);
  return 0;
}

}  // namespace gradcut
