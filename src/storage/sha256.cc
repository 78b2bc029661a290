#include "gradcut/storage/sha256.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace gradcut {

namespace {

std::array<unsigned char, 32> Digest(std::span<const std::byte> bytes) {
  std::array<unsigned char, 32> digest = {};
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 is not available");
  return digest;
}

}  // namespace

std::string Sha256(std::span<const std::byte> bytes) {
  std::string text;
  for (const unsigned char byte : Digest(bytes)) text += fmt::format("{:02x}", byte);
  return text;
}

std::uint64_t Sha256Number(std::span<const std::byte> bytes) {
  const auto digest = Digest(bytes);
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | digest[i];
  return number;
}

}  // namespace gradcut
