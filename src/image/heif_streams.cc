#include "image/heif_streams.h"

#include "gradcut/core/error.h"
#include "image/iso_boxes.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace gradcut {
namespace {

// The bits of a header, the most significant one of a byte first; zeros behind its end.
class Bits {
 public:
  explicit Bits(Bytes bytes) : bytes_(bytes) {}

  std::uint32_t Take(int count) {  // Up to 32.
    std::uint32_t number = 0;
    for (; count > 0; --count, ++at_)
      number = number << 1 | (ended() ? 0U : bytes_[at_ / 8] >> (7 - at_ % 8) & 1U);
    return number;
  }
  void Skip(std::size_t count) { at_ += count; }

  // Exponential Golomb code (H.265, 9.2), uvlc of AV1 (4.10.3).
  std::uint32_t TakeExpGolomb() {
    int zeros = 0;
    while (zeros < 31 && Take(1) == 0) ++zeros;
    return (1U << zeros) - 1 + Take(zeros);
  }

  bool ended() const { return at_ / 8 >= bytes_.size(); }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
};

// Adds the size that a sequence parameter set tells (H.265, 7.3.2.2). Other layers than the base
// are not decoded.
void ReadHevcUnit(Bytes unit, std::vector<StreamSize>& sizes) {
  constexpr std::uint32_t kSequenceParameterSet = 33;
  const std::uint32_t header = TakeNumber(unit, 2);
  if (header >> 9 != kSequenceParameterSet || (header >> 3 & 63) != 0) return;
  // Behind two zeros a 3 is none of the data (7.4.2). The size stands within the first bytes.
  std::vector<std::uint8_t> data;
  constexpr std::size_t kEnough = 256;
  for (int zeros = 0; !unit.empty() && data.size() < kEnough;) {
    const auto byte = static_cast<std::uint8_t>(TakeNumber(unit, 1));
    const bool added = zeros >= 2 && byte == 3;
    if (!added) data.push_back(byte);
    zeros = byte == 0 ? zeros + 1 : 0;
  }
  Bits bits(data);
  bits.Skip(4);
  const std::size_t sub_layers = bits.Take(3);
  bits.Skip(1);
  constexpr std::size_t kProfile = 88, kLevel = 8;
  bits.Skip(kProfile + kLevel);
  std::size_t of_sub_layers = 0;
  for (std::size_t layer = 0; layer < sub_layers; ++layer) {
    if (bits.Take(1) != 0) of_sub_layers += kProfile;
    if (bits.Take(1) != 0) of_sub_layers += kLevel;
  }
  if (sub_layers > 0) bits.Skip(2 * (8 - sub_layers));
  bits.Skip(of_sub_layers);
  bits.TakeExpGolomb();  // Its number.
  constexpr std::uint32_t kYuv444 = 3;
  if (bits.TakeExpGolomb() == kYuv444) bits.Skip(1);
  const std::uint32_t cols = bits.TakeExpGolomb();
  const std::uint32_t rows = bits.TakeExpGolomb();
  sizes.push_back({.cols = cols, .rows = rows});
}

// The units of a configuration (ISO/IEC 14496-15, 8.3.2), and those of the data.
void ReadHevc(Bytes configuration, Bytes data, std::vector<StreamSize>& sizes) {
  Take(configuration, 22);
  for (std::uint32_t arrays = TakeNumber(configuration, 1); arrays > 0; --arrays) {
    Take(configuration, 1);
    for (std::uint32_t units = TakeNumber(configuration, 2); units > 0; --units) {
      const std::uint32_t size = TakeNumber(configuration, 2);
      ReadHevcUnit(Take(configuration, size), sizes);
    }
  }
  while (!data.empty()) {
    const std::uint32_t size = TakeNumber(data, 4);
    ReadHevcUnit(Take(data, size), sizes);
  }
}

// Adds the size of a sequence header (AV1, 5.5.1), which that of no frame may exceed (6.8.5).
void ReadSequenceHeader(Bytes header, std::vector<StreamSize>& sizes) {
  Bits bits(header);
  bits.Skip(4);
  const bool reduced = bits.Take(1) != 0;
  if (reduced) {
    bits.Skip(5);
  } else {
    bool decoder_model = false;
    std::size_t delay_bits = 0;
    if (bits.Take(1) != 0) {  // Timing.
      bits.Skip(64);
      if (bits.Take(1) != 0) bits.TakeExpGolomb();
      decoder_model = bits.Take(1) != 0;
      if (decoder_model) delay_bits = bits.Take(5) + 1;
      if (decoder_model) bits.Skip(42);
    }
    const bool display_delay = bits.Take(1) != 0;
    for (std::uint32_t points = bits.Take(5) + 1; points > 0; --points) {
      bits.Skip(12);
      constexpr std::uint32_t kLastWithoutTier = 7;
      if (bits.Take(5) > kLastWithoutTier) bits.Skip(1);
      if (decoder_model && bits.Take(1) != 0) bits.Skip(2 * delay_bits + 1);
      if (display_delay && bits.Take(1) != 0) bits.Skip(4);
    }
  }
  const int col_bits = static_cast<int>(bits.Take(4)) + 1;
  const int row_bits = static_cast<int>(bits.Take(4)) + 1;
  const std::uint32_t cols = bits.Take(col_bits) + 1;
  const std::uint32_t rows = bits.Take(row_bits) + 1;
  sizes.push_back({.cols = cols, .rows = rows});
}

// Open bitstream units (AV1, 5.3).
void ReadAv1(Bytes left, std::vector<StreamSize>& sizes) {
  constexpr std::uint32_t kSequenceHeader = 1;
  while (!left.empty()) {
    const std::uint32_t header = TakeNumber(left, 1);
    if (header == 0) continue;  // Zeros may stand behind a frame.
    const bool extended = (header & 4) != 0, sized = (header & 2) != 0;
    if (extended) Take(left, 1);
    std::uint64_t size = sized ? 0 : left.size();
    for (int bit = 0, more = sized ? 1 : 0; more != 0 && bit < 56; bit += 7) {
      const std::uint32_t byte = TakeNumber(left, 1);
      size |= std::uint64_t{byte & 127} << bit;
      more = static_cast<int>(byte >> 7);
    }
    const Bytes contents = Take(left, size);
    if ((header >> 3 & 15) == kSequenceHeader) ReadSequenceHeader(contents, sizes);
  }
}

class Streams {
 public:
  Streams(Bytes bytes, const std::string& name) : bytes_(bytes), name_(name) {
    ForEachBox(bytes, "meta", [this](Bytes meta) { ReadMeta(meta); });
  }

  std::vector<StreamSize> sizes;

 private:
  // What decoders are configured by, of each image: hvcC or av1C.
  using Configurations = std::map<std::pair<std::uint32_t, std::string_view>, Bytes>;

  void ReadMeta(Bytes meta) {
    Take(meta, 4);  // Version and flags.
    Configurations configurations;
    ForEachBox(meta, "iprp", [&](Bytes box) { ReadProperties(box, configurations); });
    Bytes idat;
    ForEachBox(meta, "idat", [&](Bytes box) { idat = idat.empty() ? box : idat; });
    ForEachBox(meta, "iloc", [&](Bytes box) { ReadLocations(box, idat, configurations); });
  }

  static void ReadProperties(Bytes properties, Configurations& configurations) {
    std::vector<Box> boxes = {{}};  // By the number of the property, from 1 on.
    ForEachBox(properties, "ipco", [&boxes](Bytes left) {
      while (!left.empty()) boxes.push_back(TakeBox(left));
    });
    ForEachProperty(properties, [&](std::uint32_t item, std::uint32_t property, Bytes) {
      if (property >= boxes.size()) return;
      const auto& [type, contents] = boxes[property];
      if (type == "hvcC" || type == "av1C") configurations.try_emplace({item, type}, contents);
    });
  }

  // As libheif 1.15 reads the box (ISO/IEC 14496-12, 8.11.3).
  void ReadLocations(Bytes left, Bytes idat, const Configurations& configurations) {
    const std::uint32_t version = TakeNumber(left, 1);
    Take(left, 3);  // Flags.
    const std::uint32_t lengths = TakeNumber(left, 2);
    const auto size_of = [lengths](int field) {
      const std::size_t size = lengths >> 4 * (3 - field) & 15;
      return size == 4 || size == 8 ? size : 0;
    };
    const std::size_t offset_size = size_of(0), length_size = size_of(1), base_size = size_of(2),
                      index_size = version > 1 ? size_of(3) : 0;
    const std::size_t id_size = version < 2 ? 2 : 4;
    for (std::uint32_t items = TakeNumber(left, id_size); items > 0 && !left.empty(); --items) {
      const std::uint32_t item = TakeNumber(left, id_size);
      const bool in_idat = version > 0 && (TakeNumber(left, 2) & 15) == 1;
      Take(left, 2);  // Another file.
      const std::uint64_t base = TakeLongNumber(left, base_size);
      std::vector<std::uint8_t> data;
      for (std::uint32_t extents = TakeNumber(left, 2); extents > 0 && !left.empty(); --extents) {
        Take(left, index_size);
        Bytes extent = in_idat ? idat : bytes_;
        Take(extent, base);
        Take(extent, TakeLongNumber(left, offset_size));
        extent = Take(extent, TakeLongNumber(left, length_size));
        CountReading(extent.size());
        data.insert(data.end(), extent.begin(), extent.end());
      }
      ReadStreams(item, data, configurations);
    }
  }

  void ReadStreams(std::uint32_t item, const std::vector<std::uint8_t>& data,
                   const Configurations& configurations) {
    if (const auto hevc = configurations.find({item, "hvcC"}); hevc != configurations.end()) {
      CountReading(hevc->second.size());
      ReadHevc(hevc->second, data, sizes);
    }
    if (const auto av1 = configurations.find({item, "av1C"}); av1 != configurations.end()) {
      CountReading(av1->second.size());
      Bytes units = av1->second;
      Take(units, 4);
      std::vector<std::uint8_t> stream(units.begin(), units.end());
      stream.insert(stream.end(), data.begin(), data.end());
      ReadAv1(stream, sizes);
    }
  }

  // The tiles of a grid may be one, and share its data; layers of an image may share theirs.
  void CountReading(std::size_t size) {
    constexpr std::uint64_t kMostReadings = 64;
    read_ += size;
    Require(read_ / kMostReadings <= bytes_.size(),
            "{}: is corrupt (HEIC or AVIF): the images in it have their data in common", name_);
  }

  Bytes bytes_;
  std::string name_;
  std::uint64_t read_ = 0;
};

}  // namespace

std::vector<StreamSize> StreamSizes(Bytes bytes, const std::string& name) {
  return Streams(bytes, name).sizes;
}

}  // namespace gradcut
