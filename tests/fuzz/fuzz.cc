// What libFuzzer calls. The environment variable READER names the reader.

#include "fuzz/mutators.h"
#include "fuzz/readers.h"

#include <cstdio>
#include <cstdlib>

namespace {

const gradcut::fuzz::Reader& Chosen() {
  static const gradcut::fuzz::Reader& reader = []() -> const gradcut::fuzz::Reader& {
    const char* const name = std::getenv("READER");
    for (const gradcut::fuzz::Reader& each : gradcut::fuzz::Readers())
      if (name != nullptr && each.name == name) return each;
    std::fprintf(stderr, "READER is not set to one of:");
    for (const gradcut::fuzz::Reader& each : gradcut::fuzz::Readers())
      std::fprintf(stderr, " %s", each.name.data());
    std::fprintf(stderr, "\n");
    std::exit(2);
  }();
  return reader;
}

}  // namespace

// An exception that leaves this is a finding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Chosen().read({data, size});
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return gradcut::fuzz::Mutate(Chosen().name, data, size, max_size, seed);
}
