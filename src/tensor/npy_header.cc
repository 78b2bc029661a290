#include "tensor/npy_header.h"

#include <algorithm>
#include <charconv>

namespace gradcut {
namespace {

class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : rest_(text) {}

  std::optional<NpyHeader> Parse() {
    bool has_descr = false, has_order = false, has_shape = false;
    if (!Take('{')) return std::nullopt;
    while (!Take('}')) {
      const std::optional<std::string> key = String();
      if (!key || !Take(':')) return std::nullopt;
      if (*key == "descr" && !has_descr)
        has_descr = Descr();
      else if (*key == "fortran_order" && !has_order)
        has_order = Order();
      else if (*key == "shape" && !has_shape)
        has_shape = Shape();
      else
        return std::nullopt;
      if (!Take(',') && !Peek('}')) return std::nullopt;
    }
    SkipSpace();
    if (!rest_.empty() || !has_descr || !has_order || !has_shape) return std::nullopt;
    return header_;
  }

 private:
  void SkipSpace() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size())); }

  bool Peek(char c) {
    SkipSpace();
    return rest_.starts_with(c);
  }

  bool Take(char c) {
    if (!Peek(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool TakeWord(std::string_view word) {
    SkipSpace();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  std::optional<std::string> String() {
    const char quote = Peek('"') ? '"' : '\'';
    if (!Take(quote)) return std::nullopt;
    const std::size_t end = rest_.find(quote);
    if (end == rest_.npos) return std::nullopt;
    std::string text(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return text;
  }

  bool Descr() {
    const std::optional<std::string> text = String();
    if (text) header_.descr = *text;
    return text.has_value();
  }

  bool Order() {
    header_.fortran_order = TakeWord("True");
    return header_.fortran_order || TakeWord("False");
  }

  bool Shape() {
    if (!Take('(')) return false;
    while (!Take(')')) {
      SkipSpace();
      std::int64_t size = 0;
      const char* const end = rest_.data() + rest_.size();
      const auto [next, error] = std::from_chars(rest_.data(), end, size);
      if (error != std::errc() || size < 0) return false;
      rest_.remove_prefix(static_cast<std::size_t>(next - rest_.data()));
      header_.shape.push_back(size);
      if (!Take(',') && !Peek(')')) return false;
    }
    return true;
  }

  std::string_view rest_;
  NpyHeader header_;
};

}  // namespace

std::optional<NpyHeader> ParseNpyHeader(std::string_view text) {
  return HeaderParser(text).Parse();
}

}  // namespace gradcut
