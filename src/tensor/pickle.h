#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace gradcut {

/// A value out of a pickle. Nothing is imported or called for it: a name of a function stays a
/// name, and a call stays a note that there was one.
struct PickleValue {
  enum class Kind {
    kNone,
    kBool,        ///< `integer` is 0 or 1.
    kInteger,     ///< `integer`; one that needs more than 64 bits has its bytes in `text` instead.
    kReal,        ///< The number itself is not kept.
    kText,        ///< `text`, or bytes.
    kName,        ///< A class or function: `module` and `text`.
    kTuple,       ///< `elements`.
    kList,        ///< `elements`.
    kDict,        ///< `items`.
    kCall,        ///< `elements`: what is called and its arguments; `items` as set on the result.
    kPersistent,  ///< `elements`: an id that the file gives a meaning outside the pickle.
  };

  Kind kind = Kind::kNone;
  std::int64_t integer = 0;
  std::string_view text = {};
  std::string_view module = {};
  std::vector<const PickleValue*> elements = {};
  std::vector<std::pair<const PickleValue*, const PickleValue*>> items = {};
  const PickleValue* state =
      nullptr;  ///< Of a `kCall`: what its result's `__setstate__` would get.

  bool IsName(std::string_view of_module, std::string_view name) const {
    return kind == Kind::kName && module == of_module && text == name;
  }

  bool IsCallOf(std::string_view of_module, std::string_view name) const {
    return kind == Kind::kCall && elements[0]->IsName(of_module, name);
  }

  /// The arguments of a call. Throws `std::invalid_argument` if there are fewer than `count`.
  const std::vector<const PickleValue*>& Arguments(std::size_t count = 0) const;
};

/// One pickle, read. Values refer to each other and to the bytes, which must outlive this; a value
/// may contain itself.
class Pickle {
 public:
  /// Reads the pickle at the start of `bytes`, which may go on behind its end. Protocols 2 to 5,
  /// the opcodes that plain data, names and calls need. Throws `std::invalid_argument` saying what
  /// is wrong with it: truncated, too many values, an opcode beyond these.
  explicit Pickle(std::span<const std::byte> bytes);

  const PickleValue& root() const { return *root_; }
  /// Bytes that the pickle takes.
  std::size_t size() const { return size_; }

 private:
  friend class PickleMachine;

  std::deque<PickleValue> values_;  // Owns them all; their addresses stay.
  const PickleValue* root_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace gradcut
