#include "cli/edit/request_guard.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cctype>
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

// As browsers write it: "127.1" is 127.0.0.1, and names are in small letters.
std::string WrittenOut(std::string address) {
  std::array<char, INET6_ADDRSTRLEN> text = {};
  in_addr version_4 = {};
  in6_addr version_6 = {};
  if (inet_aton(address.c_str(), &version_4) != 0)
    return inet_ntop(AF_INET, &version_4, text.data(), text.size());
  if (inet_pton(AF_INET6, address.c_str(), &version_6) == 1)
    return inet_ntop(AF_INET6, &version_6, text.data(), text.size());
  std::transform(address.begin(), address.end(), address.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return address;
}

std::string InBrackets(const std::string& address) {
  const bool version_6 = address.find(':') != std::string::npos;
  return version_6 ? "[" + address + "]" : address;
}

// What browsers say of it: they leave the port of HTTP out.
std::string HostOf(const std::string& address, int port) {
  constexpr int kHttpPort = 80;
  return port == kHttpPort ? InBrackets(address) : fmt::format("{}:{}", InBrackets(address), port);
}

}  // namespace

bool IsLoopback(const std::string& address) {
  const std::string written = WrittenOut(address);
  return written.starts_with("127.") || written == "::1" || written == "localhost";
}

RequestGuard::RequestGuard(const std::string& address, int port)
    : address_(WrittenOut(address)), port_(port), key_(RandomKey()) {}

std::string RequestGuard::PageAddress() const {
  const std::string address = IsEverywhere(address_) ? "127.0.0.1" : address_;
  return fmt::format("http://{}:{}/?key={}", InBrackets(address), port_, key_);
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
