#pragma once

#include "gradcut/tensor/stored_tensor.h"
#include "model/architecture.h"

#include <cmath>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// `count` numbers in [-1, 1) that depend on the name alone: FNV-1a of the name, then SplitMix64
/// (Steele, Lea and Flood 2014). eval/model_parity/make_goldens.py makes the same ones.
inline std::vector<double> MadeUpValues(const std::string& name, std::size_t count) {
  std::uint64_t state = 0xcbf29ce484222325;
  for (const char c : name)
    state = (state ^ static_cast<unsigned char>(c)) * std::uint64_t{0x100000001b3};
  std::vector<double> values(count);
  for (double& value : values) {
    std::uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    z ^= z >> 31;
    value = std::ldexp(static_cast<double>(z >> 11), -52) - 1;
  }
  return values;
}

/// Weights for an architecture: He's uniform distribution (He et al. 2015) for convolutions and
/// linear layers, statistics near 0 and 1 for batch norms. Keeps networks of any depth alive.
class MadeUpWeights {
 public:
  explicit MadeUpWeights(const Architecture& architecture) {
    for (const auto& [name, shape] : OutlineOf(architecture).shapes) {
      const std::vector<float>& values = values_.emplace_back(Parameter(name, shape));
      tensors_[name] = {"F32", shape, std::as_bytes(std::span(values))};
    }
  }
  MadeUpWeights(const MadeUpWeights&) = delete;
  MadeUpWeights& operator=(const MadeUpWeights&) = delete;

  const StoredTensors& tensors() const { return tensors_; }

 private:
  static std::vector<float> Parameter(const std::string& name,
                                      const std::vector<std::int64_t>& shape) {
    const auto count = static_cast<std::size_t>(*TensorBytes(shape, /*element_bytes=*/1));
    const auto inputs = static_cast<double>(count) / static_cast<double>(shape[0]);
    double offset = 0, scale = 1. / 8;
    if (name.ends_with(".running_var")) {
      offset = 1, scale = 1. / 2;
    } else if (shape.size() > 1) {
      scale = std::sqrt(6 / inputs);
    } else if (name.ends_with(".weight")) {
      offset = 1, scale = 1. / 4;
    }
    std::vector<float> parameter;
    parameter.reserve(count);
    for (const double value : MadeUpValues(name, count))
      parameter.push_back(static_cast<float>(offset + value * scale));
    return parameter;
  }

  std::deque<std::vector<float>> values_;
  StoredTensors tensors_;
};

}  // namespace gradcut
