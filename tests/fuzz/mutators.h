#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gradcut::fuzz {

/// Changes an input in place and returns its new size: as libFuzzer does, or, where a format has a
/// part that would be refused at once when anything else changes, so that this part stays right:
/// lengths of safetensors' and NumPy's headers, checksums of PNG and zip, directories of TIFF.
std::size_t Mutate(std::string_view reader, std::uint8_t* data, std::size_t size,
                   std::size_t max_size, unsigned seed);

}  // namespace gradcut::fuzz
