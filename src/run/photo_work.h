#pragma once

#include "gradcut/run/batch.h"
#include "run/memory_gate.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

namespace gradcut {

/// What a batch does with the bytes of a photo, wherever they come from and its results go. Safe to
/// use from several threads.
class PhotoWork {
 public:
  /// Keeps references.
  PhotoWork(const BatchOptions& options, const BatchJob& job) : options_(options), job_(job) {}

  struct Made {
    std::vector<OutputFile> files;
    nlohmann::json entry;  ///< For the manifest: all that the photo decides, and the times so far.
  };

  /// Decodes and processes; waits until the photo fits into memory. `read_ms` is the time that
  /// reading took.
  Made Make(const Input& input, std::span<const std::uint8_t> bytes, double read_ms) const;

  /// A line on photos that wait for memory: once, when the first of them has waited; else "".
  std::string NewsOfMemory() const { return gate_.News(); }

 private:
  const BatchOptions& options_;
  const BatchJob& job_;
  mutable MemoryGate gate_{MemoryForPhotos()};
};

}  // namespace gradcut
