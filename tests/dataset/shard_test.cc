#include "gradcut/dataset/shard.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/sha256.h"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

namespace gradcut {
namespace {

TEST(ShardTest, IsTheHashThatEveryToolComputes) {
  // printf sub/a | sha256sum: its first 16 digits as a number.
  const std::string place = "sub/a";
  const std::string digits = Sha256(std::as_bytes(std::span(place))).substr(0, 16);
  EXPECT_EQ(PlaceNumber("sub/a.jpg"), std::stoull(digits, nullptr, 16));
  // Written down, so that it never changes: python3 -c 'import hashlib; ...'.
  EXPECT_EQ(ShardOf("0.png", 1000), 40U);
  EXPECT_EQ(ShardOf("sub/a.jpg", 1000), 737U);
}

TEST(ShardTest, NamesThatDifferByTheirExtensionAreInOneShard) {
  for (int i = 0; i < 50; ++i) {
    const std::string stem = "sub/" + std::to_string(i);
    EXPECT_EQ(ShardOf(stem + ".jpg", 64), ShardOf(stem + ".HEIC", 64));
    EXPECT_EQ(ShardOf(stem + ".jpg", 64), ShardOf(stem, 64));
  }
  EXPECT_EQ(PlaceNumber(".hidden"), PlaceNumber(".hidden"));
  EXPECT_NE(PlaceNumber("a.b/c"), PlaceNumber("a/c")) << "a folder's dot begins no extension";
}

TEST(ShardTest, SharesAreOfAboutOneSize) {
  std::vector<int> sizes(10);
  for (int i = 0; i < 10000; ++i) ++sizes[ShardOf(std::to_string(i) + ".jpg", sizes.size())];
  for (const int size : sizes) EXPECT_NEAR(size, 1000, 150);
}

TEST(ShardTest, EveryPlaceIsInOneShard) {
  for (int i = 0; i < 100; ++i) {
    int holders = 0;
    for (std::size_t shard = 0; shard < 7; ++shard)
      holders += Holds({shard, 7}, std::to_string(i) + ".jpg");
    EXPECT_EQ(holders, 1);
  }
}

TEST(ShardTest, IsWrittenAsIOfN) {
  EXPECT_EQ(ParseShard("3/8").index, 3U);
  EXPECT_EQ(ParseShard("3/8").count, 8U);
  for (const char* const wrong : {"", "8", "3/", "/8", "8/8", "-1/8", "3/8x", "0/0"})
    EXPECT_THROW(ParseShard(wrong), UsageError) << wrong;
}

}  // namespace
}  // namespace gradcut
