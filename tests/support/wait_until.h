#pragma once

#include <chrono>
#include <thread>

namespace gradcut {

/// Asks again and again until the answer is yes; false if it is not within a minute.
template <class Question>
bool WaitUntil(const Question& question) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!question()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace gradcut
