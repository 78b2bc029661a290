#include "gradcut/core/in_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iterator>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

namespace gradcut {
namespace {

TEST(WorkInOrderTest, TurnsComeInOrderWhateverIsReadyFirst) {
  for (const int jobs : {0, 1, 2, 100}) {
    std::vector<std::size_t> turns;
    const auto work = [&](std::size_t i) -> Completion {
      if (i % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      return [&turns, i] { turns.push_back(i); };
    };
    EXPECT_EQ(WorkInOrder(30, {.jobs = jobs}, work), 30);
    std::vector<std::size_t> expected(30);
    std::iota(expected.begin(), expected.end(), std::size_t{0});
    EXPECT_EQ(turns, expected) << jobs;
  }
}

TEST(WorkInOrderTest, NothingToDoIsDone) {
  EXPECT_EQ(WorkInOrder(0, {.jobs = 2},
                        [](std::size_t) -> Completion { throw std::logic_error("called"); }),
            0);
}

TEST(WorkInOrderTest, AtMostSoManyAtATime) {
  using Clock = std::chrono::steady_clock;
  std::atomic<int> running = 0, most = 0;
  // Each item waits for so many at a time, at most until the end: a busy machine starts threads
  // late.
  int wanted = 1;
  const Clock::time_point end = Clock::now() + std::chrono::seconds(20);
  const auto work = [&](std::size_t) -> Completion {
    const int now = ++running;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
    do {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    } while (most < wanted && Clock::now() < end);
    --running;
    return [] {};
  };
  WorkInOrder(20, {.jobs = 1}, work);
  EXPECT_EQ(most, 1);
  // Also more than there are cores: on a GPU an image's worker waits most of the time.
  const int jobs = 3 * JobCount(0);
  most = 0;
  wanted = JobCount(0) + 1;
  WorkInOrder(static_cast<std::size_t>(20 * jobs), {.jobs = jobs}, work);
  EXPECT_GT(most, JobCount(0));
  EXPECT_LE(most, jobs);
}

TEST(WorkInOrderTest, ManyJobsAreNoMoreThreadsThanItemsAndCores) {
  EXPECT_EQ(JobCount(kMaxJobs + 1), kMaxJobs);
  EXPECT_EQ(JobCount(std::numeric_limits<int>::max()), kMaxJobs);
  std::ptrdiff_t threads = 0;
  const auto work = [&](std::size_t) -> Completion {
    return [&] {
      const std::filesystem::directory_iterator all("/proc/self/task");
      threads = std::max(threads, std::distance(begin(all), end(all)));
    };
  };
  EXPECT_EQ(WorkInOrder(3, {.jobs = std::numeric_limits<int>::max()}, work), 3);
  EXPECT_LT(threads, kMaxJobs / 2);
}

TEST(WorkInOrderTest, ExceptionsOfBothAreThrownOn) {
  const auto failing_work = [](std::size_t) -> Completion { throw std::runtime_error("work"); };
  const auto failing_turn = [](std::size_t) -> Completion {
    return [] { throw std::runtime_error("turn"); };
  };
  EXPECT_THROW(WorkInOrder(3, {.jobs = 2}, failing_work), std::runtime_error);
  EXPECT_THROW(WorkInOrder(3, {.jobs = 2}, failing_turn), std::runtime_error);
}

TEST(WorkInOrderTest, BeginsNothingNewOnceItIsStopped) {
  std::stop_source source;
  const auto work = [&](std::size_t index) -> Completion {
    if (index == 5) source.request_stop();
    return [] {};
  };
  const std::size_t done = WorkInOrder(1000, {.jobs = 2, .stop = source.get_token()}, work);
  EXPECT_GE(done, 6);
  EXPECT_LT(done, 1000);
}

}  // namespace
}  // namespace gradcut
