#include "image/iso_boxes.h"

#include "gradcut/storage/bytes.h"

#include <algorithm>

namespace gradcut {

Bytes Take(Bytes& left, std::uint64_t size) {
  const Bytes taken =
      left.first(static_cast<std::size_t>(std::min<std::uint64_t>(size, left.size())));
  left = left.subspan(taken.size());
  return taken;
}

std::uint32_t TakeNumber(Bytes& left, std::size_t size) { return BigEndian(Take(left, size)); }

std::uint64_t TakeLongNumber(Bytes& left, std::size_t size) {
  std::uint64_t number = 0;
  for (const std::uint8_t byte : Take(left, size)) number = number << 8 | byte;
  return number;
}

BoxHeader TakeHeader(Bytes& left) {
  BoxHeader header = {.type = {}, .size = TakeNumber(left, 4)};
  header.type = AsText(Take(left, 4));
  if (header.size == 1) header.size = TakeLongNumber(left, 8);
  if (header.type == "uuid") Take(left, 16);
  return header;
}

Box TakeBox(Bytes& left) {
  const std::size_t before = left.size();
  const BoxHeader header = TakeHeader(left);
  const std::uint64_t read = before - left.size();
  const std::uint64_t size = header.size == 0 ? before : std::max(header.size, read);
  return {.type = header.type, .contents = Take(left, size - read)};
}

}  // namespace gradcut
