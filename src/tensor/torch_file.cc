#include "gradcut/tensor/torch_file.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/bytes.h"
#include "gradcut/storage/file.h"
#include "storage/mapped_file.h"
#include "tensor/torch_state.h"
#include "tensor/zip_archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace gradcut {
namespace {

using Bytes = std::span<const std::byte>;
using Copies = std::vector<std::vector<std::byte>>;
using Kind = PickleValue::Kind;

// A state dict of 10,000 tensors needs 2 MB.
constexpr std::size_t kMaxPickleBytes = 16 << 20;
// Tensors may share a storage; more than this many times the file's size in all is a trick.
constexpr std::uint64_t kMaxGrowth = 4;
constexpr std::string_view kZipStart = "PK\x03\x04";
// 0x1950a86a20f9469cfc6c, little-endian.
constexpr std::string_view kTorchMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
constexpr std::int64_t kProtocol = 1001;

Pickle ReadPickle(Bytes bytes) {
  return Pickle(bytes.first(std::min(bytes.size(), kMaxPickleBytes)));
}

// The pickle at the front of `bytes`, which lose it.
Pickle TakePickle(Bytes& bytes) {
  Pickle pickle = ReadPickle(bytes);
  bytes = bytes.subspan(pickle.size());
  return pickle;
}

bool IsLittleEndian(const PickleValue& system) {
  return std::any_of(system.items.begin(), system.items.end(), [](const auto& item) {
    return item.first->text == "little_endian" && item.second->kind == Kind::kBool &&
           item.second->integer == 1;
  });
}

// Each storage is an element count and its elements; nothing follows the last one.
void LocateStorages(Bytes bytes, const PickleValue& keys, TorchState& state) {
  Expect(keys.kind == Kind::kList && keys.elements.size() == state.storages.size(),
         "its list of storages does not match its tensors");
  for (const PickleValue* const key : keys.elements) {
    const auto found = state.storages.find(std::string(key->text));
    Expect(found != state.storages.end() && found->second.bytes.data() == nullptr,
           "its list of storages does not match its tensors");
    TorchStorage& storage = found->second;
    std::int64_t elements = 0;
    Expect(bytes.size() >= sizeof elements, "it is truncated");
    std::memcpy(&elements, bytes.data(), sizeof elements);
    Expect(elements == storage.elements, "a storage has {} elements, expected {}", elements,
           storage.elements);
    bytes = bytes.subspan(sizeof elements);
    const auto size = TensorBytes({elements}, storage.element_bytes);
    Expect(size && static_cast<std::uint64_t>(*size) <= bytes.size(), "it is truncated");
    storage.bytes = bytes.first(static_cast<std::size_t>(*size));
    bytes = bytes.subspan(storage.bytes.size());
  }
  Expect(bytes.empty(), "{} bytes follow the last storage", bytes.size());
}

// What stands before the pickle of the value that was saved.
void SkipStreamHeader(Bytes& bytes) {
  const Pickle magic = TakePickle(bytes);
  Expect(magic.root().text == kTorchMagic, "neither a zip file nor an older torch.save file");
  const Pickle protocol = TakePickle(bytes);
  Expect(protocol.root().kind == Kind::kInteger && protocol.root().integer == kProtocol,
         "its protocol version is unknown");
  const Pickle system = TakePickle(bytes);
  Expect(IsLittleEndian(system.root()), "it was written on a big-endian machine");
}

// What a file holds: its tensors, and the entry of the value saved that they are in.
struct Content {
  StoredTensors tensors;
  std::string entry;
};

Content ReadStream(Bytes bytes, Copies& copies) {
  const std::size_t size = bytes.size();
  SkipStreamHeader(bytes);
  const Pickle dict = TakePickle(bytes);
  TorchState state = ReadTorchState(dict.root());
  const Pickle keys = TakePickle(bytes);
  LocateStorages(bytes, keys.root(), state);
  return {GatherTensors(state, kMaxGrowth * size, copies), state.entry};
}

// The folder inside the archive that holds everything, with its slash.
std::string FindPrefix(const ZipArchive& archive) {
  constexpr std::string_view kPickle = "data.pkl";
  for (const std::string& name : archive.names())
    if (name.ends_with(kPickle) && std::count(name.begin(), name.end(), '/') <= 1)
      return name.substr(0, name.size() - kPickle.size());
  throw std::invalid_argument("a zip file that torch.save did not write (no data.pkl)");
}

bool Has(const ZipArchive& archive, const std::string& name) {
  return std::find(archive.names().begin(), archive.names().end(), name) != archive.names().end();
}

void CheckByteOrder(const ZipArchive& archive, const std::string& name) {
  if (Has(archive, name))
    Expect(StartsWith(archive.Read(name), "little"), "it was written on a big-endian machine");
}

Content ReadZip(Bytes bytes, Copies& copies) {
  const ZipArchive archive(bytes);
  const std::string prefix = FindPrefix(archive);
  Expect(!Has(archive, prefix + "constants.pkl"),
         "a TorchScript program, which is used as it is: `--model FILE.pt`");
  CheckByteOrder(archive, prefix + "byteorder");
  const std::vector<std::byte> text = archive.Read(prefix + "data.pkl");
  const Pickle pickle = ReadPickle(text);
  TorchState state = ReadTorchState(pickle.root());
  std::uint64_t total = 0;
  for (auto& [key, storage] : state.storages) {
    const std::vector<std::byte>& data = copies.emplace_back(archive.Read(prefix + "data/" + key));
    const auto expected = TensorBytes({storage.elements}, storage.element_bytes);
    Expect(expected && static_cast<std::uint64_t>(*expected) == data.size(),
           "storage '{}' has {} bytes, not the {} elements it should have", key, data.size(),
           storage.elements);
    total += data.size();
    Expect(total <= bytes.size(), "its storages overlap");
    storage.bytes = data;
  }
  return {GatherTensors(state, kMaxGrowth * bytes.size(), copies), state.entry};
}

}  // namespace

StoredTensor ReadPickledTensor(const PickleValue& value, Copies& copies) {
  TorchState state;
  std::size_t size = 0;
  const StorageFinder find = [&](const PickleValue& storage) {
    Expect(storage.IsCallOf("torch.storage", "_load_from_bytes"), "a tensor without a storage");
    const std::string_view file = storage.Arguments(1)[0]->text;
    Bytes bytes = std::as_bytes(std::span(file));
    size = bytes.size();
    SkipStreamHeader(bytes);
    const Pickle saved = TakePickle(bytes);
    const TorchStorage* const found = FindStorage(saved.root(), state);
    const Pickle keys = TakePickle(bytes);
    LocateStorages(bytes, keys.root(), state);
    return found;
  };
  state.views.emplace("tensor", ReadTorchView(value, find));
  return GatherTensors(state, size, copies).at("tensor");
}

TorchFile TorchFile::Open(const std::filesystem::path& path) {
  TorchFile result;
  result.file_ = MappedFile::Open(path);
  const Bytes bytes = result.file_->bytes();
  try {
    Content content = StartsWith(bytes, kZipStart) ? ReadZip(bytes, result.copies_)
                                                   : ReadStream(bytes, result.copies_);
    result.tensors_ = std::move(content.tensors);
    result.entry_ = std::move(content.entry);
  } catch (const std::invalid_argument& error) {
    Fail("{}: not a usable torch.save file: {}", Printable(path), Printable(error.what()));
  }
  return result;
}

}  // namespace gradcut
