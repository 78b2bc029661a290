#include "tensor/pickle.h"

#include "gradcut/core/error.h"

#include <fmt/format.h>

#include <cstring>
#include <map>
#include <stdexcept>
#include <string>

namespace gradcut {
namespace {

using Kind = PickleValue::Kind;

// A state dict of 10,000 tensors has some 200,000 values. Keeps a hostile file from filling the
// memory, as every value costs far more than the byte or two it takes in the file.
constexpr std::size_t kMaxValues = 2'000'000;
constexpr int kMaxProtocol = 5;

// Takes bytes from the front, never beyond the end.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::string_view Take(std::uint64_t count) {
    Expect(count <= bytes_.size() - position_, "the pickle is truncated");
    const auto* const start = reinterpret_cast<const char*>(bytes_.data()) + position_;
    position_ += count;
    return {start, count};
  }

  // Little-endian.
  template <class Integer>
  Integer Take() {
    Integer value = 0;
    std::memcpy(&value, Take(sizeof value).data(), sizeof value);
    return value;
  }

  // Up to the next line feed, which is taken too.
  std::string_view TakeLine() {
    const std::string_view rest(reinterpret_cast<const char*>(bytes_.data()) + position_,
                                bytes_.size() - position_);
    const std::size_t length = rest.find('\n');
    Expect(length != std::string_view::npos, "the pickle is truncated");
    return Take(length + 1).substr(0, length);
  }

  std::size_t position() const { return position_; }

 private:
  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
};

}  // namespace

// The stack, marks and memo of a pickle being read.
class PickleMachine {
 public:
  PickleMachine(Pickle& pickle, std::span<const std::byte> bytes)
      : pickle_(pickle), bytes_(bytes) {}

  void Run() {
    for (char opcode = bytes_.Take<char>(); opcode != '.'; opcode = bytes_.Take<char>())
      if (!ReadLiteral(opcode) && !ReadCollection(opcode) && !ReadMemo(opcode)) ReadObject(opcode);
    pickle_.root_ = Pop();
    Expect(stack_.empty() && marks_.empty(), "the pickle leaves values behind");
    pickle_.size_ = bytes_.position();
  }

 private:
  // Returns false if the opcode is none of these; so do the next ones.
  bool ReadLiteral(char opcode) {
    switch (opcode) {
      case 'N':
        return Push({.kind = Kind::kNone});
      case '\x88':
      case '\x89':
        return Push({.kind = Kind::kBool, .integer = opcode == '\x88' ? 1 : 0});
      case 'J':
        return PushInteger(bytes_.Take<std::int32_t>());
      case 'K':
        return PushInteger(bytes_.Take<std::uint8_t>());
      case 'M':
        return PushInteger(bytes_.Take<std::uint16_t>());
      case '\x8a':
        return PushLong(bytes_.Take(bytes_.Take<std::uint8_t>()));
      case '\x8b':
        return PushLong(bytes_.Take(bytes_.Take<std::uint32_t>()));
      case 'G':
        bytes_.Take(8);
        return Push({.kind = Kind::kReal});
      case 'U':
      case 'C':
      case '\x8c':
        return PushText(bytes_.Take<std::uint8_t>());
      case 'T':
      case 'B':
      case 'X':
        return PushText(bytes_.Take<std::uint32_t>());
      case '\x8d':
      case '\x8e':
        return PushText(bytes_.Take<std::uint64_t>());
      default:
        return false;
    }
  }

  bool ReadCollection(char opcode) {
    switch (opcode) {
      case '(':
        marks_.push_back(stack_.size());
        return true;
      case ')':
        return Push({.kind = Kind::kTuple});
      case ']':
        return Push({.kind = Kind::kList});
      case '}':
        return Push({.kind = Kind::kDict});
      case '\x85':
      case '\x86':
      case '\x87':
        return Push({.kind = Kind::kTuple, .elements = PopSome(opcode - '\x85' + 1)});
      case 't':
        return Push({.kind = Kind::kTuple, .elements = PopToMark()});
      case 'a':
        return Append(PopSome(1));
      case 'e':
        return Append(PopToMark());
      case 's':
        return SetItems(PopSome(2));
      case 'u':
        return SetItems(PopToMark());
      default:
        return false;
    }
  }

  bool ReadMemo(char opcode) {
    switch (opcode) {
      case 'q':
        return Memorize(bytes_.Take<std::uint8_t>());
      case 'r':
        return Memorize(bytes_.Take<std::uint32_t>());
      case '\x94':
        return Memorize(memo_.size());
      case 'h':
        return Recall(bytes_.Take<std::uint8_t>());
      case 'j':
        return Recall(bytes_.Take<std::uint32_t>());
      default:
        return false;
    }
  }

  void ReadObject(char opcode) {
    switch (opcode) {
      case '\x80':
        Expect(bytes_.Take<std::uint8_t>() <= kMaxProtocol, "the pickle's protocol is unknown");
        return;
      case '\x95':  // A frame's length, which readers of streams want.
        bytes_.Take(8);
        return;
      case 'c': {
        const std::string_view module = bytes_.TakeLine();
        Push({.kind = Kind::kName, .text = bytes_.TakeLine(), .module = module});
        return;
      }
      case '\x93': {
        const auto names = PopSome(2);
        Expect(names[0]->kind == Kind::kText && names[1]->kind == Kind::kText,
               "the pickle names a function by something that is no text");
        Push({.kind = Kind::kName, .text = names[1]->text, .module = names[0]->text});
        return;
      }
      case 'R':
      case '\x81':
        Push({.kind = Kind::kCall, .elements = PopSome(2)});
        return;
      case 'Q':
        Push({.kind = Kind::kPersistent, .elements = PopSome(1)});
        return;
      case 'b': {
        const PickleValue* const state = Pop();
        Top()->state = state;
        return;
      }
      default:
        throw std::invalid_argument(
            fmt::format("the pickle uses opcode 0x{:02x}, which tensors and arrays do not need",
                        static_cast<unsigned char>(opcode)));
    }
  }

  bool Push(PickleValue value) {
    Expect(pickle_.values_.size() < kMaxValues, "the pickle holds too many values");
    stack_.push_back(&pickle_.values_.emplace_back(std::move(value)));
    return true;
  }

  bool PushInteger(std::int64_t value) { return Push({.kind = Kind::kInteger, .integer = value}); }

  bool PushText(std::uint64_t length) {
    return Push({.kind = Kind::kText, .text = bytes_.Take(length)});
  }

  // Two's complement, little-endian, as short as can be.
  bool PushLong(std::string_view bytes) {
    if (bytes.size() > sizeof(std::int64_t)) return Push({.kind = Kind::kInteger, .text = bytes});
    const bool negative = !bytes.empty() && (bytes.back() & 0x80) != 0;
    std::int64_t value = negative ? -1 : 0;
    std::memcpy(&value, bytes.data(), bytes.size());
    return PushInteger(value);
  }

  PickleValue* Top() {
    Expect(stack_.size() > (marks_.empty() ? 0 : marks_.back()), "the pickle's stack runs empty");
    return stack_.back();
  }

  PickleValue* Pop() {
    PickleValue* const value = Top();
    stack_.pop_back();
    return value;
  }

  std::vector<const PickleValue*> PopFrom(std::size_t start) {
    std::vector<const PickleValue*> values(stack_.begin() + static_cast<long>(start), stack_.end());
    stack_.resize(start);
    return values;
  }

  std::vector<const PickleValue*> PopSome(int count) {
    const auto wanted = static_cast<std::size_t>(count);
    const std::size_t bottom = marks_.empty() ? 0 : marks_.back();
    Expect(stack_.size() >= bottom + wanted, "the pickle's stack runs empty");
    return PopFrom(stack_.size() - wanted);
  }

  std::vector<const PickleValue*> PopToMark() {
    Expect(!marks_.empty(), "the pickle lacks a mark");
    const std::size_t start = marks_.back();
    marks_.pop_back();
    return PopFrom(start);
  }

  bool Append(const std::vector<const PickleValue*>& values) {
    PickleValue* const list = Top();
    if (list->kind == Kind::kCall) return true;  // A deque or the like, whose content is not kept.
    Expect(list->kind == Kind::kList, "the pickle appends to something that is no list");
    list->elements.insert(list->elements.end(), values.begin(), values.end());
    return true;
  }

  bool SetItems(const std::vector<const PickleValue*>& values) {
    PickleValue* const target = Top();
    Expect(target->kind == Kind::kDict || target->kind == Kind::kCall,
           "the pickle sets items of something that is no dict");
    Expect(values.size() % 2 == 0, "the pickle sets an item without a value");
    for (std::size_t i = 0; i < values.size(); i += 2)
      target->items.emplace_back(values[i], values[i + 1]);
    return true;
  }

  bool Memorize(std::size_t key) {
    memo_[key] = Top();
    Expect(memo_.size() <= kMaxValues, "the pickle remembers too many values");
    return true;
  }

  bool Recall(std::size_t key) {
    const auto found = memo_.find(key);
    Expect(found != memo_.end(), "the pickle refers to a value it has not made");
    stack_.push_back(found->second);
    return true;
  }

  Pickle& pickle_;
  ByteReader bytes_;
  std::vector<PickleValue*> stack_;
  std::vector<std::size_t> marks_;
  std::map<std::size_t, PickleValue*> memo_;
};

const std::vector<const PickleValue*>& PickleValue::Arguments(std::size_t count) const {
  Expect(kind == Kind::kCall && elements[1]->kind == Kind::kTuple &&
             elements[1]->elements.size() >= count,
         "a call without its arguments");
  return elements[1]->elements;
}

Pickle::Pickle(std::span<const std::byte> bytes) { PickleMachine(*this, bytes).Run(); }

}  // namespace gradcut
