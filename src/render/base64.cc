#include "gradcut/render/base64.h"

#include <openssl/evp.h>

#include <stdexcept>

namespace gradcut {

std::string EncodeBase64(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kMaxBytes = std::size_t{1} << 30;  // OpenSSL counts with int.
  if (bytes.size() > kMaxBytes) throw std::invalid_argument("EncodeBase64: more than 2^30 bytes");
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  // Writes a closing zero, which the string has room for.
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                  static_cast<int>(bytes.size()));
  return text;
}

}  // namespace gradcut
