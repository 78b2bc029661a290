#include "model/torchscript_network.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/serialization/import.h>

namespace gradcut {
namespace {

// The end of the message: LibTorch puts a trace of the program in front of the cause.
std::string Cause(const std::exception& error) {
  const auto* const torch_error = dynamic_cast<const c10::Error*>(&error);
  std::string text = torch_error != nullptr ? torch_error->what_without_backtrace() : error.what();
  constexpr std::size_t kShown = 300;
  text.erase(text.find_last_not_of(" \n") + 1);
  return Printable(text.size() > kShown ? "..." + text.substr(text.size() - kShown) : text);
}

class TorchScriptNetwork : public Network {
 public:
  TorchScriptNetwork(const std::filesystem::path& file, const TorchScriptSettings& settings,
                     at::Device device)
      : file_(Printable(file)), settings_(settings), device_(device), module_(Load(file, device)) {
    Try();
  }

  at::Tensor Forward(const at::Tensor& input, std::map<std::string, at::Tensor>& keep,
                     const std::vector<std::string>&) const override {
    // The program can only be derived from its start on, whatever is wanted of it.
    const bool is_start = at::GradMode::is_enabled() && !input.requires_grad();
    const std::vector<at::Tensor> outputs = Run(is_start ? input.detach().requires_grad_() : input);
    for (std::size_t i = 1; i < outputs.size(); ++i)
      if (const auto wanted = keep.find(settings_.layers[i - 1]); wanted != keep.end())
        wanted->second = outputs[i];
    return outputs[0];
  }

  const std::vector<NetworkLayer>& layers() const override { return layers_; }
  const InputNormalisation& normalisation() const override { return settings_.normalisation; }
  at::Device device() const override { return device_; }
  int native_size() const override { return settings_.input_size; }
  int class_count() const override { return class_count_; }

 private:
  static torch::jit::Module Load(const std::filesystem::path& file, at::Device device) {
    try {
      torch::jit::Module module = torch::jit::load(file.string(), device);
      module.eval();
      for (at::Tensor parameter : module.parameters()) parameter.set_requires_grad(false);
      return module;
    } catch (const std::exception& error) {
      Fail("{}: not a usable TorchScript program: {}", Printable(file), Cause(error));
    }
  }

  // Scores and activations.
  std::vector<at::Tensor> Run(const at::Tensor& input) const {
    // Optimised programs change between the first calls, and their results with them.
    const torch::jit::GraphOptimizerEnabledGuard as_written(false);
    at::IValue result;
    try {
      torch::jit::Module module = module_;  // A handle; `forward` is not const.
      result = module.forward({input});
    } catch (const std::exception& error) {
      Fail("{}: the program fails on an input of {}x{}: {}", file_, input.size(3), input.size(2),
           Cause(error));
    }
    std::vector<at::IValue> values = {result};
    if (result.isTuple()) values = result.toTupleRef().elements().vec();
    Require(values.size() == 1 + settings_.layers.size(),
            "{}: the program returns {} value(s), expected the scores and {} layer(s) (`layers` in "
            "its .toml file)",
            file_, values.size(), settings_.layers.size());
    std::vector<at::Tensor> outputs;
    for (const at::IValue& value : values) {
      Require(value.isTensor(), "{}: the program returns a {}, expected a tensor", file_,
              value.tagKind());
      outputs.push_back(value.toTensor());
    }
    return outputs;
  }

  // Two passes tell the sizes of what the program returns, and whether it can be used.
  void Try() {
    const std::int64_t side = settings_.input_size;
    const at::TensorOptions options = at::TensorOptions(device_).dtype(at::kFloat);
    const at::Tensor input =
        at::linspace(-1, 1, 3 * side * side, options).view({1, 3, side, side}).requires_grad_();
    const std::vector<at::Tensor> outputs = Run(input);
    const at::Tensor& scores = outputs[0];
    Require(scores.dim() == 2 && scores.size(0) == 1 && scores.size(1) > 0 &&
                scores.scalar_type() == at::kFloat,
            "{}: the program's first value must be float32 scores of shape 1 x classes", file_);
    Require(scores.requires_grad(), "{}: its scores cannot be derived by the input", file_);
    Require(at::equal(scores, Run(input)[0]),
            "{}: its scores differ from call to call; save it after model.eval()", file_);
    class_count_ = static_cast<int>(scores.size(1));
    for (std::size_t i = 1; i < outputs.size(); ++i) {
      const std::string& name = settings_.layers[i - 1];
      const at::Tensor& layer = outputs[i];
      Require(layer.dim() == 4 && layer.size(2) > 0 && layer.requires_grad(),
              "{}: layer '{}' must be N x channels x h x w and lead to the scores", file_, name);
      layers_.push_back({name, static_cast<int>(layer.size(1)),
                         static_cast<int>(side / std::max<std::int64_t>(layer.size(2), 1))});
    }
  }

  const std::string file_;
  const TorchScriptSettings settings_;
  const at::Device device_;
  const torch::jit::Module module_;
  std::vector<NetworkLayer> layers_;
  int class_count_ = 0;
};

}  // namespace

std::unique_ptr<Network> LoadTorchScript(const std::filesystem::path& file,
                                         const TorchScriptSettings& settings, at::Device device) {
  return std::make_unique<TorchScriptNetwork>(file, settings, device);
}

}  // namespace gradcut
