#include "energy_file.h"

#include "gradcut/core/error.h"

#include <fstream>

namespace gradcut {
namespace {

void Write(const std::vector<std::int32_t>& values, std::ofstream& file) {
  file.write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(std::int32_t)));
}

void Read(std::vector<std::int32_t>& values, std::ifstream& file) {
  file.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(std::int32_t)));
}

}  // namespace

void WriteEnergy(const GridEnergy& energy, const std::filesystem::path& path) {
  std::ofstream file(path, std::ios::binary);
  Write({energy.rows, energy.cols}, file);
  Write(energy.unary, file);
  for (const auto& weights : energy.pairwise) {
    Write(weights.empty() ? std::vector<std::int32_t>(energy.size()) : weights, file);
  }
  Require(file.good(), "{}: cannot be written", path.string());
}

GridEnergy ReadEnergy(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::int32_t> size(2);
  Read(size, file);
  Require(file.good(), "{}: cannot be read", path.string());
  GridEnergy energy = MakeGridEnergy(size[0], size[1], /*neighbours=*/8);
  Read(energy.unary, file);
  for (auto& weights : energy.pairwise) Read(weights, file);
  Require(file.good(), "{}: too short", path.string());
  return energy;
}

}  // namespace gradcut
