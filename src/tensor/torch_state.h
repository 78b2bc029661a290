#pragma once

#include "gradcut/tensor/stored_tensor.h"
#include "tensor/pickle.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace gradcut {

/// The elements that one or more tensors of a state dict lie in.
struct TorchStorage {
  std::string dtype;
  std::int64_t element_bytes = 0;
  std::int64_t elements = 0;
  std::span<const std::byte> bytes;  ///< Set by whoever finds them in the file.
};

/// A strided view into a storage. Offset and strides count elements; all of it lies inside.
struct TorchView {
  const TorchStorage* storage = nullptr;
  std::int64_t offset = 0;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;
};

/// What the pickle of a state dict says, bytes apart. Not to be copied: views point to storages.
struct TorchState {
  std::map<std::string, TorchStorage> storages;  ///< By the key that names them in the file.
  std::map<std::string, TorchView> views;        ///< By the tensor's name.
  std::string entry;  ///< Where in the value they are, such as "state_dict"; "" for all of it.

  TorchState() = default;
  TorchState(const TorchState&) = delete;
  TorchState(TorchState&&) = default;  // A map's elements stay where they are.
};

/// The storage that ("storage", class, key, location, element count) names; declared in `state`
/// when it is met first. Throws `std::invalid_argument`.
const TorchStorage* FindStorage(const PickleValue& value, TorchState& state);

/// What a pickle says of a storage.
using StorageFinder = std::function<const TorchStorage*(const PickleValue&)>;

/// Reads _rebuild_tensor[_v2](storage, offset, shape, strides[, requires_grad, hooks[, metadata]]),
/// perhaps inside _rebuild_parameter(tensor, requires_grad, hooks). Throws `std::invalid_argument`.
TorchView ReadTorchView(const PickleValue& value, const StorageFinder& find);

/// Finds the tensors in the value that `torch.save` pickled: a state dict, or one that a training
/// script put beside other things. Throws `std::invalid_argument`.
TorchState ReadTorchState(const PickleValue& root);

/// The tensors, once the storages have their bytes: parts of those, or of `copies` (which this
/// appends to) where the elements do not lie row-major. Throws `std::invalid_argument` when all
/// tensors together have more than `max_bytes` (storages may be shared).
StoredTensors GatherTensors(const TorchState& state, std::uint64_t max_bytes,
                            std::vector<std::vector<std::byte>>& copies);

/// A tensor that was pickled by itself, not by `torch.save`: its storage is a whole torch.save file
/// inside the pickle. Row-major: part of the pickle's bytes or of `copies`. Throws
/// `std::invalid_argument`.
StoredTensor ReadPickledTensor(const PickleValue& value,
                               std::vector<std::vector<std::byte>>& copies);

}  // namespace gradcut
