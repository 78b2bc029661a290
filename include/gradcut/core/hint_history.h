#pragma once

#include "gradcut/core/hints.h"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace gradcut {

/// The hints of an image and what they were before.
class HintHistory {
 public:
  explicit HintHistory(Hints first = {}) { states_.push_back(Keep(std::move(first))); }

  const Hints& now() const { return *states_[now_]; }
  bool can_undo() const { return now_ > 0; }
  bool can_redo() const { return now_ + 1 < states_.size(); }

  /// What was undone cannot be done again then.
  void Change(Hints hints) {
    states_.resize(++now_);
    states_.push_back(Keep(std::move(hints)));
  }

  /// Returns whether there was something to undo.
  bool Undo() {
    if (!can_undo()) return false;
    --now_;
    return true;
  }

  /// Likewise.
  bool Redo() {
    if (!can_redo()) return false;
    ++now_;
    return true;
  }

 private:
  using State = std::shared_ptr<const Hints>;  // Copies of a history have them in common.
  static State Keep(Hints hints) { return std::make_shared<const Hints>(std::move(hints)); }

  std::vector<State> states_;
  std::size_t now_ = 0;
};

}  // namespace gradcut
