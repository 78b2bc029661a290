#include "run/memory_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <optional>
#include <thread>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

TEST(MemoryGateTest, PhotosWaitUntilTheyFit) {
  MemoryGate gate(1e9);
  std::optional<MemoryGate::Share> first(gate), second(gate);
  first->Need(50e6, 8);
  second->Need(50e6, 8);
  std::atomic<bool> third_began = false;
  std::jthread third([&] {
    MemoryGate::Share share(gate);
    share.Need(50e6, 8);
    third_began = true;
  });
  std::string news;
  while ((news = gate.News()).empty()) std::this_thread::yield();
  EXPECT_THAT(news,
              HasSubstr("a photo of 50 megapixels takes about 0.4 GB of memory and 1.0 GB are "
                        "free: 2 of that size at a time"));
  EXPECT_FALSE(third_began);
  first.reset();
  third.join();
  EXPECT_TRUE(third_began);
  EXPECT_EQ(gate.News(), "") << "it is said once";
}

TEST(MemoryGateTest, OneMayAlwaysBegin) {
  MemoryGate gate(0);
  MemoryGate::Share share(gate);
  share.Need(100e6, 20);
  EXPECT_EQ(gate.News(), "");
}

// Decoders may tell a size twice, the second time a larger one: nobody waits then, or two might for
// each other.
TEST(MemoryGateTest, WhatOnePhotoAskedForCountsIn) {
  MemoryGate gate(100);
  {
    MemoryGate::Share one(gate), other(gate);
    one.Need(40, 1);
    one.Need(40, 1);
    other.Need(60, 1);
    one.Need(60, 1);
    other.Need(70, 1);
  }
  MemoryGate::Share all(gate);
  all.Need(100, 1);
  EXPECT_EQ(gate.News(), "");
}

TEST(MemoryGateTest, ThereIsMemory) {
  EXPECT_GT(MemoryForPhotos(), 1e6);
  EXPECT_TRUE(std::isfinite(MemoryForPhotos()));
}

}  // namespace
}  // namespace gradcut
