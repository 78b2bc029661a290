#include "tensor/pickled_array.h"

#include "gradcut/core/error.h"
#include "tensor/npy_header.h"
#include "tensor/torch_state.h"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace gradcut {
namespace {

using Kind = PickleValue::Kind;

// NumPy 2 moved its modules.
bool IsNumPysCall(const PickleValue& value, std::string_view function) {
  return value.IsCallOf("numpy.core.multiarray", function) ||
         value.IsCallOf("numpy._core.multiarray", function);
}

bool IsArray(const PickleValue& value) { return IsNumPysCall(value, "_reconstruct"); }

// (version, shape, dtype, Fortran order, elements), which an array's `__setstate__` gets.
const std::vector<const PickleValue*>& StateOf(const PickleValue& array) {
  Expect(IsArray(array) && array.state != nullptr && array.state->kind == Kind::kTuple &&
             array.state->elements.size() == 5,
         "it is no array");
  return array.state->elements;
}

// As in a .npy header: "<f4". dtype("f4", False, True) has the byte order in its state.
std::string DescrOf(const PickleValue& dtype) {
  Expect(dtype.IsCallOf("numpy", "dtype"), "an array without a type");
  const PickleValue& code = *dtype.Arguments(1)[0];
  const bool has_order = dtype.state != nullptr && dtype.state->kind == Kind::kTuple &&
                         dtype.state->elements.size() > 1;
  const std::string_view order = has_order ? dtype.state->elements[1]->text : "|";
  return std::string(order == "=" ? "<" : order) + std::string(code.text);
}

std::vector<std::int64_t> ShapeOf(const PickleValue& tuple) {
  Expect(tuple.kind == Kind::kTuple, "an array without a shape");
  std::vector<std::int64_t> shape;
  for (const PickleValue* const size : tuple.elements) {
    Expect(size->kind == Kind::kInteger && size->text.empty() && size->integer >= 0,
           "an array with a bad shape");
    shape.push_back(size->integer);
  }
  return shape;
}

// Protocol 2 knows no bytes: they are the text whose Latin-1 encoding they are, stored as UTF-8.
std::vector<std::uint8_t> FromLatin1(std::string_view utf8) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto first = static_cast<std::uint8_t>(utf8[i]);
    if (first < 0x80) {
      bytes.push_back(first);
      continue;
    }
    const bool is_latin = (first == 0xc2 || first == 0xc3) && i + 1 < utf8.size();
    Expect(is_latin, "an array with bad elements");
    bytes.push_back(static_cast<std::uint8_t>(first << 6 | (utf8[++i] & 0x3f)));
  }
  return bytes;
}

std::vector<std::uint8_t> ElementsOf(const PickleValue& value) {
  if (value.IsCallOf("_codecs", "encode")) return FromLatin1(value.Arguments(1)[0]->text);
  Expect(value.kind == Kind::kText, "an array of objects");
  return {value.text.begin(), value.text.end()};
}

NpyArray ReadTensor(const PickleValue& value) {
  static const std::map<std::string, Dtype> kTypes = {
      {"F64", Dtype::kFloat64}, {"F32", Dtype::kFloat32}, {"F16", Dtype::kFloat16},
      {"I64", Dtype::kInt64},   {"I32", Dtype::kInt32},   {"I16", Dtype::kInt16},
      {"I8", Dtype::kInt8},     {"U8", Dtype::kUint8}};
  std::vector<std::vector<std::byte>> copies;
  const StoredTensor tensor = ReadPickledTensor(value, copies);
  const auto type = kTypes.find(tensor.dtype);
  Expect(type != kTypes.end(), "a tensor of a type that NumPy does not know");
  NpyArray array{.shape = tensor.shape, .dtype = type->second, .bytes = {}};
  array.bytes.resize(tensor.bytes.size());
  std::transform(tensor.bytes.begin(), tensor.bytes.end(), array.bytes.begin(),
                 [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
  return array;
}

}  // namespace

const PickleValue& UnwrapObject(const PickleValue& root) {
  const PickleValue& list = *StateOf(root)[4];
  Expect(list.kind == Kind::kList && list.elements.size() == 1, "it holds several objects");
  return *list.elements[0];
}

NpyArray ReadPickledArray(const PickleValue& value, const std::string& name) {
  if (IsNumPysCall(value, "scalar")) {
    const auto& arguments = value.Arguments(2);
    const std::vector<std::uint8_t> number = ElementsOf(*arguments[1]);
    return MakeNpyArray({.header = {.descr = DescrOf(*arguments[0]), .shape = {}}, .data = number},
                        name);
  }
  if (!IsArray(value)) return ReadTensor(value);
  const auto& state = StateOf(value);
  const std::vector<std::uint8_t> elements = ElementsOf(*state[4]);
  const bool fortran_order = state[3]->kind == Kind::kBool && state[3]->integer == 1;
  return MakeNpyArray({.header = {.descr = DescrOf(*state[2]),
                                  .fortran_order = fortran_order,
                                  .shape = ShapeOf(*state[1])},
                       .data = elements},
                      name);
}

}  // namespace gradcut
