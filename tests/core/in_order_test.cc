#include "gradcut/core/in_order.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

namespace gradcut {
namespace {

TEST(WorkInOrderTest, TurnsComeInOrderWhateverIsReadyFirst) {
  for (const int jobs : {0, 1, 2, 100}) {
    std::vector<std::size_t> turns;
    const auto work = [&](std::size_t i) -> Turn {
      if (i % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      return [&turns, i] { turns.push_back(i); };
    };
    EXPECT_EQ(WorkInOrder(30, jobs, work), 30);
    std::vector<std::size_t> expected(30);
    std::iota(expected.begin(), expected.end(), std::size_t{0});
    EXPECT_EQ(turns, expected) << jobs;
  }
}

TEST(WorkInOrderTest, NothingToDoIsDone) {
  EXPECT_EQ(WorkInOrder(0, 2, [](std::size_t) -> Turn { throw std::logic_error("called"); }), 0);
}

TEST(WorkInOrderTest, AtMostSoManyAtATime) {
  std::atomic<int> running = 0, most = 0;
  const auto work = [&](std::size_t) -> Turn {
    const int now = ++running;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    --running;
    return [] {};
  };
  WorkInOrder(20, 1, work);
  EXPECT_EQ(most, 1);
  // Also more than there are cores: on a GPU an image's worker waits most of the time.
  const int jobs = 3 * JobCount(0);
  most = 0;
  WorkInOrder(static_cast<std::size_t>(20 * jobs), jobs, work);
  EXPECT_GT(most, JobCount(0));
  EXPECT_LE(most, jobs);
}

TEST(WorkInOrderTest, ExceptionsOfBothAreThrownOn) {
  const auto failing_work = [](std::size_t) -> Turn { throw std::runtime_error("work"); };
  const auto failing_turn = [](std::size_t) -> Turn {
    return [] { throw std::runtime_error("turn"); };
  };
  EXPECT_THROW(WorkInOrder(3, 2, failing_work), std::runtime_error);
  EXPECT_THROW(WorkInOrder(3, 2, failing_turn), std::runtime_error);
}

}  // namespace
}  // namespace gradcut
