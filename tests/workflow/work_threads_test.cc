#include "workflow/work_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>

namespace gradcut {
namespace {

TEST(WorkThreadsTest, ReturnOrThrowWhatTheWorkDoes) {
  WorkThreads threads(1);
  EXPECT_EQ(threads.Run([] { return 7; }), 7);
  EXPECT_THROW(threads.Run([] { throw std::runtime_error("no"); }), std::runtime_error);
  EXPECT_EQ(threads.Run([] { return 8; }), 8);
}

TEST(WorkThreadsTest, SeveralWorkAtATime) {
  WorkThreads threads(3);
  std::latch all(4);  // Each waits for the others.
  for (int i = 0; i < 3; ++i) threads.Post([&all] { all.arrive_and_wait(); });
  all.arrive_and_wait();
}

TEST(WorkThreadsTest, WhatWasAskedForIsDoneBeforeTheEnd) {
  WorkThreads threads(2);
  std::atomic<int> done = 0;
  for (int i = 0; i < 100; ++i) threads.Post([&done] { ++done; });
  threads.End();
  EXPECT_EQ(done, 100);
}

}  // namespace
}  // namespace gradcut
