#pragma once

#include "image/codec.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gradcut {

// The boxes that HEIC and AVIF files are made of (ISO/IEC 14496-12, 4.2). What a file has less of
// than it says is shorter here, or 0.

// The front of what is left.
Bytes Take(Bytes& left, std::uint64_t size);

// A number of up to four bytes, and of up to eight.
std::uint32_t TakeNumber(Bytes& left, std::size_t size);
std::uint64_t TakeLongNumber(Bytes& left, std::size_t size);

struct BoxHeader {
  std::string_view type;
  std::uint64_t size;  // With the header; 0: to the end.
};
BoxHeader TakeHeader(Bytes& left);

struct Box {
  std::string_view type;
  Bytes contents;
};
Box TakeBox(Bytes& left);

// Calls `visit` for the contents of each box of a type.
template <class Visit>
void ForEachBox(Bytes left, std::string_view type, const Visit& visit) {
  while (!left.empty())
    if (const Box box = TakeBox(left); box.type == type) visit(box.contents);
}

// The same for each property that items are told to have: the item's number, the property's, from 1
// on, and where that is written (8.11.14).
template <class Visit>
void ForEachProperty(Bytes properties, const Visit& visit) {
  ForEachBox(properties, "ipma", [&visit](Bytes left) {
    const std::size_t id_size = TakeNumber(left, 1) == 0 ? 2 : 4;
    const std::size_t size = (TakeNumber(left, 3) & 1) == 0 ? 1 : 2;
    Take(left, 4);  // How many items there are.
    while (!left.empty()) {
      const std::uint32_t item = TakeNumber(left, id_size);
      for (std::uint32_t count = TakeNumber(left, 1); count > 0; --count) {
        Bytes number = Take(left, size);
        const Bytes written = number;
        visit(item, TakeNumber(number, size) & (size == 1 ? 0x7f : 0x7fff), written);
      }
    }
  });
}

}  // namespace gradcut
