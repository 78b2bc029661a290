#include "tensor/torch_state.h"

#include "gradcut/core/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <stdexcept>

namespace gradcut {
namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t kMaxTensorDimensions = 16;
constexpr std::string_view kModule = "torch._utils";

// As part of a message: short, and on one line.
std::string Show(std::string_view text) {
  constexpr std::size_t kShown = 80;
  std::string shown(text.substr(0, kShown));
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return text.size() > kShown ? shown + "..." : shown;
}

bool IsCount(const PickleValue& value) {
  return value.kind == Kind::kInteger && value.text.empty() && value.integer >= 0;
}

bool IsStateDict(const PickleValue& value) {
  return value.kind == Kind::kDict || value.IsCallOf("collections", "OrderedDict");
}

std::string TypeOfStorage(const PickleValue& storage_class) {
  static const std::map<std::string_view, const char*> kTypes = {
      {"DoubleStorage", "F64"}, {"FloatStorage", "F32"},     {"HalfStorage", "F16"},
      {"LongStorage", "I64"},   {"BFloat16Storage", "BF16"}, {"IntStorage", "I32"},
      {"ShortStorage", "I16"},  {"CharStorage", "I8"},       {"ByteStorage", "U8"},
      {"BoolStorage", "BOOL"}};
  const auto found = kTypes.find(storage_class.text);
  Expect(
      storage_class.kind == Kind::kName && storage_class.module == "torch" && found != kTypes.end(),
      "elements of the unknown type {}", Show(storage_class.text));
  return found->second;
}

std::vector<std::int64_t> Counts(const PickleValue& value, const char* what) {
  Expect(value.kind == Kind::kTuple && value.elements.size() <= kMaxTensorDimensions,
         "a tensor with bad {}", what);
  std::vector<std::int64_t> counts;
  for (const PickleValue* const count : value.elements) {
    Expect(IsCount(*count), "a tensor with bad {}", what);
    counts.push_back(count->integer);
  }
  return counts;
}

// Elements of a tensor; throws if there are more of them than in its storage, which a repeating
// (expanded) view has, or if they reach outside.
void CheckInside(const TorchView& view) {
  Expect(view.shape.size() == view.strides.size(), "a tensor with {} sizes and {} strides",
         view.shape.size(), view.strides.size());
  const std::optional<std::int64_t> count = TensorBytes(view.shape, /*element_bytes=*/1);
  Expect(count && *count <= view.storage->elements, "a tensor larger than its storage");
  if (*count == 0) return;
  std::int64_t last = view.offset;
  for (std::size_t d = 0; d < view.shape.size(); ++d) {
    std::int64_t reach = 0;
    const bool fits = !__builtin_mul_overflow(view.shape[d] - 1, view.strides[d], &reach) &&
                      !__builtin_add_overflow(last, reach, &last);
    Expect(fits && last < view.storage->elements, "a tensor that reaches outside its storage");
    Expect(view.shape[d] == 1 || view.strides[d] > 0, "a tensor that repeats elements");
  }
  Expect(last < view.storage->elements, "a tensor that reaches outside its storage");
}

// Under which names training scripts keep a state dict beside other things. The first that is there
// is taken: weights as they were trained before those averaged over training.
constexpr std::string_view kEntries[] = {
    "state_dict", "model_state_dict", "model_state",    "model",     "net",        "net_state_dict",
    "network",    "module",           "weights",        "params",    "backbone",   "encoder",
    "classifier", "state_dict_ema",   "ema_state_dict", "model_ema", "params_ema", "ema"};

bool IsTensor(const PickleValue& value) {
  return value.IsCallOf(kModule, "_rebuild_tensor") ||
         value.IsCallOf(kModule, "_rebuild_tensor_v2") ||
         value.IsCallOf(kModule, "_rebuild_parameter");
}

bool HoldsTensors(const PickleValue& value) {
  return IsStateDict(value) && std::any_of(value.items.begin(), value.items.end(),
                                           [](const auto& item) { return IsTensor(*item.second); });
}

struct Entry {
  const PickleValue* dict = nullptr;
  std::string name;
};

// The state dict under one of the usual names in a dict, or in a dict that such a name has there.
// `seen`: a value may contain itself.
Entry FindEntry(const PickleValue& dict, std::set<const PickleValue*>& seen) {
  if (!IsStateDict(dict) || !seen.insert(&dict).second) return {};
  std::map<std::string_view, const PickleValue*> named;
  for (const auto& [key, value] : dict.items)
    if (key->kind == Kind::kText) named.emplace(key->text, value);
  for (const std::string_view name : kEntries)
    if (const auto found = named.find(name); found != named.end() && HoldsTensors(*found->second))
      return {found->second, std::string(name)};
  for (const std::string_view name : kEntries) {
    const auto found = named.find(name);
    const Entry inner = found == named.end() ? Entry() : FindEntry(*found->second, seen);
    if (inner.dict != nullptr) return {inner.dict, fmt::format("{}.{}", name, inner.name)};
  }
  return {};
}

Entry FindStateDict(const PickleValue& root) {
  std::set<const PickleValue*> seen;
  if (Entry entry = FindEntry(root, seen); entry.dict != nullptr) return entry;
  if (HoldsTensors(root)) return {&root, ""};
  // The only one there is, whatever its name.
  std::vector<Entry> others;
  for (const auto& [key, value] : root.items)
    if (key->kind == Kind::kText && HoldsTensors(*value))
      others.push_back({value, std::string(key->text)});
  Expect(others.size() <= 1,
         "it holds several state dicts ('{}', '{}' and so on): save the one to use by itself",
         Show(others.empty() ? "" : others[0].name), Show(others.size() < 2 ? "" : others[1].name));
  return others.empty() ? Entry{&root, ""} : others.front();
}

bool IsContiguous(const TorchView& view) {
  std::int64_t expected = 1;
  for (std::size_t d = view.shape.size(); d-- > 0;) {
    if (view.shape[d] != 1 && view.strides[d] != expected) return false;
    expected *= view.shape[d];
  }
  return true;
}

// The elements in row-major order. None of the sides is 0.
std::vector<std::byte> Gather(const TorchView& view, std::size_t bytes) {
  std::vector<std::byte> copy(bytes);
  const auto size = static_cast<std::size_t>(view.storage->element_bytes);
  std::vector<std::int64_t> index(view.shape.size(), 0);
  std::int64_t element = view.offset;
  for (std::size_t at = 0; at < bytes; at += size) {
    std::memcpy(&copy[at], &view.storage->bytes[static_cast<std::size_t>(element) * size], size);
    for (std::size_t d = index.size(); d-- > 0;) {
      if (view.shape[d] == 1) continue;  // Its stride may be any number.
      element += view.strides[d];
      if (++index[d] < view.shape[d]) break;
      element -= view.shape[d] * view.strides[d];
      index[d] = 0;
    }
  }
  return copy;
}

}  // namespace

const TorchStorage* FindStorage(const PickleValue& value, TorchState& state) {
  Expect(value.kind == Kind::kPersistent && value.elements[0]->kind == Kind::kTuple,
         "a tensor without a storage");
  const std::vector<const PickleValue*>& id = value.elements[0]->elements;
  // The older format adds whether the storage is a view of another one.
  const bool is_view = id.size() == 6 && id[5]->kind != Kind::kNone;
  Expect((id.size() == 5 || id.size() == 6) && !is_view && id[0]->text == "storage" &&
             id[2]->kind == Kind::kText && IsCount(*id[4]),
         "a storage of an unknown kind");
  TorchStorage storage;
  storage.dtype = TypeOfStorage(*id[1]);
  storage.element_bytes = *ElementBytes(storage.dtype);
  storage.elements = id[4]->integer;
  const auto& [entry, is_new] = state.storages.try_emplace(std::string(id[2]->text), storage);
  Expect(is_new ||
             (entry->second.dtype == storage.dtype && entry->second.elements == storage.elements),
         "storage '{}' is declared twice, differently", Show(entry->first));
  return &entry->second;
}

TorchView ReadTorchView(const PickleValue& value, const StorageFinder& find) {
  constexpr std::string_view kParameter = "_rebuild_parameter";
  const PickleValue* call = &value;
  if (call->IsCallOf(kModule, kParameter)) call = call->Arguments(1)[0];
  Expect(IsTensor(*call) && !call->IsCallOf(kModule, kParameter), "it is no tensor");
  const std::vector<const PickleValue*>& arguments = call->Arguments();
  Expect(arguments.size() >= 4 && IsCount(*arguments[1]), "a tensor without a storage");
  TorchView view;
  view.storage = find(*arguments[0]);
  view.offset = arguments[1]->integer;
  view.shape = Counts(*arguments[2], "shape");
  view.strides = Counts(*arguments[3], "strides");
  CheckInside(view);
  return view;
}

TorchState ReadTorchState(const PickleValue& root) {
  Expect(IsStateDict(root),
         "it holds no state dict (tensors by name): save model.state_dict() rather than the model");
  const Entry entry = FindStateDict(root);
  TorchState state;
  state.entry = Show(entry.name);
  const StorageFinder find = [&state](const PickleValue& storage) {
    return FindStorage(storage, state);
  };
  for (const auto& [key, value] : entry.dict->items) {
    Expect(key->kind == Kind::kText, "an entry's name is no text");
    const std::string name = Show(key->text);
    try {
      const bool is_new = state.views.emplace(key->text, ReadTorchView(*value, find)).second;
      Expect(is_new, "it is there twice");
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(fmt::format("entry '{}': {}", name, error.what()));
    }
  }
  Expect(!state.views.empty(), "its state dict is empty");
  return state;
}

StoredTensors GatherTensors(const TorchState& state, std::uint64_t max_bytes,
                            std::vector<std::vector<std::byte>>& copies) {
  StoredTensors tensors;
  std::uint64_t total = 0;
  for (const auto& [name, view] : state.views) {
    const TorchStorage& storage = *view.storage;
    const auto bytes = static_cast<std::size_t>(*TensorBytes(view.shape, storage.element_bytes));
    total += bytes;
    Expect(total <= max_bytes, "its tensors take more than {} bytes", max_bytes);
    StoredTensor& tensor = tensors[name];
    tensor.dtype = storage.dtype;
    tensor.shape = view.shape;
    if (bytes == 0) continue;
    if (IsContiguous(view))
      tensor.bytes = storage.bytes.subspan(
          static_cast<std::size_t>(view.offset * storage.element_bytes), bytes);
    else
      tensor.bytes = copies.emplace_back(Gather(view, bytes));
  }
  return tensors;
}

}  // namespace gradcut
