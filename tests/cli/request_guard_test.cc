#include "cli/edit/request_guard.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace gradcut {
namespace {

TEST(RequestGuardTest, KeysAre32DigitsAndNeverTheSame) {
  const RequestGuard guard("127.0.0.1", 8080);
  EXPECT_EQ(guard.key().size(), 32U);
  EXPECT_EQ(guard.key().find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(RequestGuard("127.0.0.1", 8080).key(), guard.key());
}

TEST(RequestGuardTest, OnlyTheWholeKeyIsTheKey) {
  const RequestGuard guard("127.0.0.1", 8080);
  EXPECT_TRUE(guard.IsKey(guard.key()));
  EXPECT_FALSE(guard.IsKey(""));
  EXPECT_FALSE(guard.IsKey(guard.key().substr(1)));
  EXPECT_FALSE(guard.IsKey(guard.key() + "0"));
  for (std::size_t i = 0; i < guard.key().size(); ++i) {
    std::string wrong = guard.key();
    wrong[i] = wrong[i] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(guard.IsKey(wrong)) << i;
  }
}

TEST(RequestGuardTest, ThePageIsAtTheAddressWithTheKey) {
  const RequestGuard guard("127.0.0.1", 8080), everywhere("0.0.0.0", 80), version_6("::1", 8080);
  EXPECT_EQ(guard.PageAddress(), "http://127.0.0.1:8080/?key=" + guard.key());
  EXPECT_EQ(everywhere.PageAddress(), "http://127.0.0.1:80/?key=" + everywhere.key());
  EXPECT_EQ(version_6.PageAddress(), "http://[::1]:8080/?key=" + version_6.key());
}

TEST(RequestGuardTest, OnTheLoopbackTheHostIsItsAddressOrLocalhost) {
  const RequestGuard guard("127.0.0.1", 8080);
  EXPECT_TRUE(guard.IsOwnPage("127.0.0.1:8080", ""));
  EXPECT_TRUE(guard.IsOwnPage("localhost:8080", ""));
  for (const char* const host : {"", "127.0.0.1", "127.0.0.1:80", "localhost", "evil.example:8080",
                                 "127.0.0.1:8080.evil.example", "192.168.0.2:8080"})
    EXPECT_FALSE(guard.IsOwnPage(host, "")) << host;
  EXPECT_TRUE(RequestGuard("::1", 8080).IsOwnPage("[::1]:8080", ""));
}

TEST(RequestGuardTest, OnAnotherAddressTheHostIsThatAlone) {
  const RequestGuard guard("192.168.0.2", 8080);
  EXPECT_TRUE(guard.IsOwnPage("192.168.0.2:8080", ""));
  EXPECT_FALSE(guard.IsOwnPage("localhost:8080", ""));
}

// Browsers leave it out.
TEST(RequestGuardTest, ThePortOfHttpIsNotSaid) {
  const RequestGuard guard("127.0.0.1", 80);
  EXPECT_TRUE(guard.IsOwnPage("127.0.0.1", "http://127.0.0.1"));
  EXPECT_TRUE(guard.IsOwnPage("localhost", "http://localhost"));
  EXPECT_TRUE(RequestGuard("::1", 80).IsOwnPage("[::1]", "http://[::1]"));
  for (const char* const host : {"", "127.0.0.1:8080", "evil.example", "127.0.0.1.evil.example"})
    EXPECT_FALSE(guard.IsOwnPage(host, "")) << host;
  EXPECT_FALSE(guard.IsOwnPage("127.0.0.1", "http://evil.example"));
}

TEST(RequestGuardTest, TheHostIsTheAddressAsBrowsersWriteIt) {
  for (const auto& [address, host] : {std::pair("127.1", "127.0.0.1:8080"),
                                      {"0x7f.0.0.1", "127.0.0.1:8080"},
                                      {"LocalHost", "localhost:8080"},
                                      {"0:0:0:0:0:0:0:1", "[::1]:8080"}}) {
    const RequestGuard guard(address, 8080);
    EXPECT_TRUE(guard.IsOwnPage(host, "")) << address;
    EXPECT_FALSE(guard.IsOwnPage("evil.example:8080", "")) << address;
    EXPECT_EQ(guard.PageAddress(), fmt::format("http://{}/?key={}", host, guard.key()));
  }
  EXPECT_TRUE(RequestGuard("0", 8080).IsOwnPage("workstation:8080", "")) << "everywhere";
}

TEST(RequestGuardTest, EverywhereAnyHostWillDoButTheOriginIsTheSame) {
  for (const char* const address : {"0.0.0.0", "::"}) {
    const RequestGuard guard(address, 8080);
    EXPECT_TRUE(guard.IsOwnPage("workstation:8080", ""));
    EXPECT_TRUE(guard.IsOwnPage("workstation:8080", "http://workstation:8080"));
    EXPECT_FALSE(guard.IsOwnPage("workstation:8080", "http://evil.example"));
  }
}

TEST(RequestGuardTest, TheOriginIsThatOfTheHost) {
  const RequestGuard guard("127.0.0.1", 8080);
  EXPECT_TRUE(guard.IsOwnPage("127.0.0.1:8080", "http://127.0.0.1:8080"));
  for (const char* const origin : {"null", "http://evil.example", "https://127.0.0.1:8080",
                                   "http://127.0.0.1", "http://localhost:8080"})
    EXPECT_FALSE(guard.IsOwnPage("127.0.0.1:8080", origin)) << origin;
}

TEST(LoopbackTest, IsWhatNoOtherMachineReaches) {
  for (const char* const address : {"127.0.0.1", "127.1.2.3", "127.1", "::1", "localhost"})
    EXPECT_TRUE(IsLoopback(address)) << address;
  for (const char* const address : {"0.0.0.0", "::", "192.168.0.2", "10.0.0.1", "fe80::1"})
    EXPECT_FALSE(IsLoopback(address)) << address;
}

}  // namespace
}  // namespace gradcut
