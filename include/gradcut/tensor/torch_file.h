#pragma once

#include "gradcut/tensor/stored_tensor.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace gradcut {

class MappedFile;  // src/io/mapped_file.h

/// A state dict (tensors by name) that `torch.save` wrote, in its zip format (since PyTorch 1.6) or
/// the older one: five pickles (magic number, protocol, system information, the state dict, storage
/// keys), then for each key an element count and the elements. Pickles are programs; this one runs
/// none of it (`Pickle`), it only looks for the calls by which tensors describe themselves.
class TorchFile {
 public:
  /// The state dict may be the whole file, or an entry beside other things, as training scripts
  /// write it: `state_dict`, `model`, `model_state_dict`, `net` and so on, those of averaged
  /// weights
  /// (`ema`) last, or else the only one. Throws `Error` naming the file and what is wrong with it:
  /// truncated, neither format, a TorchScript program, an entry that is no tensor, a tensor that
  /// reaches outside its storage or repeats elements.
  static TorchFile Open(const std::filesystem::path& path);

  /// The tensors by name; their bytes live as long as this.
  const StoredTensors& tensors() const { return tensors_; }

  /// Where in the file they are, such as "state_dict" or "model.state_dict"; "" for all of it.
  const std::string& entry() const { return entry_; }

 private:
  TorchFile() = default;

  StoredTensors tensors_;
  std::string entry_;
  std::shared_ptr<const MappedFile> file_;
  std::vector<std::vector<std::byte>> copies_;  // What does not lie in the file as it is wanted.
};

}  // namespace gradcut
