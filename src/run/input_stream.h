#pragma once

#include "gradcut/core/error.h"
#include "gradcut/dataset/listing.h"
#include "gradcut/dataset/tar_reader.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

namespace gradcut {

/// The photos of inputs one after the other, archives read as streams.
class InputStream {
 public:
  /// `inputs` as `ListInputs` has them with `Archives::kWhole`.
  explicit InputStream(std::vector<Input> inputs) : inputs_(std::move(inputs)) {}

  struct Photo {
    Input input;                                          ///< A `problem` says why it is none.
    std::optional<std::vector<std::uint8_t>> bytes = {};  ///< Those of a member.
  };

  /// Nothing behind the last one.
  std::optional<Photo> Next();

  /// Whether a pipe broke off: next time it may not.
  bool broke_off() const { return broke_off_; }

 private:
  std::optional<Photo> NextMember();
  Photo Broken(Photo photo, const Error& error);

  const std::vector<Input> inputs_;
  std::size_t next_ = 0;
  std::unique_ptr<TarReader> reader_;  // Of the input before `next_`, while it has members.
  std::size_t members_ = 0;
  bool broke_off_ = false;
};

}  // namespace gradcut
