#include "cli/edit/request_guard.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <stdexcept>

namespace gradcut {
namespace {

std::string RandomKey() {
  std::array<unsigned char, 16> bytes = {};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("the system has no random numbers for a key");
  std::string key;
  for (const unsigned char byte : bytes) key += fmt::format("{:02x}", byte);
  return key;
}

bool IsEverywhere(const std::string& address) { return address == "0.0.0.0" || address == "::"; }

// As part of an address of a page.
std::string HostOf(const std::string& address, int port) {
  const bool version_6 = address.find(':') != std::string::npos;
  return version_6 ? fmt::format("[{}]:{}", address, port) : fmt::format("{}:{}", address, port);
}

}  // namespace

bool IsLoopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1" || address == "localhost";
}

RequestGuard::RequestGuard(const std::string& address, int port)
    : address_(address), port_(port), key_(RandomKey()) {}

std::string RequestGuard::PageAddress() const {
  const std::string address = IsEverywhere(address_) ? "127.0.0.1" : address_;
  return fmt::format("http://{}/?key={}", HostOf(address, port_), key_);
}

bool RequestGuard::IsOwnPage(const std::string& host, const std::string& origin) const {
  // Listening everywhere, nobody knows by which names this machine is called.
  const bool known = IsEverywhere(address_) || host == HostOf(address_, port_) ||
                     (IsLoopback(address_) && host == HostOf("localhost", port_));
  return known && (origin.empty() || origin == "http://" + host);
}

bool RequestGuard::IsKey(const std::string& key) const {
  if (key.size() != key_.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < key.size(); ++i)
    difference |= static_cast<unsigned char>(key[i]) ^ static_cast<unsigned char>(key_[i]);
  return difference == 0;
}

}  // namespace gradcut
