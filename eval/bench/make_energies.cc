// make_energies IMAGES PRIORS OUT [SMOOTHNESS [SCALE [COUNT [ROUNDS]]]]
//   the energies of the last of two rounds of colour models and cuts, of the photos in IMAGES that
//   have a prior PRIORS/<stem>.probability.npy (gradcut mask --save probability --colour.weight 0
//   --segment.rounds 1), at SCALE times their size; with ROUNDS those of each of so many rounds, as
//   <stem>_<round>.energy
// make_energies --synthetic OUT
//   noise, checkerboards and thin structures, 375 x 500
#include "energy_file.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/graphcut/contrast.h"
#include "gradcut/graphcut/min_cut.h"
#include "gradcut/image/image_io.h"
#include "gradcut/priors/colour_model.h"
#include "gradcut/tensor/npy.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <opencv2/imgproc.hpp>
#include <random>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

cv::Mat ReadMap(const fs::path& path, cv::Size size) {
  const NpyArray array = ReadNpy(path);
  Require(array.shape.size() == 2, "{}: expected a matrix", path.string());
  cv::Mat map(static_cast<int>(array.shape[0]), static_cast<int>(array.shape[1]), CV_32F);
  std::copy_n(array.As<float>().data(), array.size(), map.ptr<float>());
  if (map.size() != size) cv::resize(map, map, size, 0, 0, cv::INTER_LINEAR);
  return map;
}

cv::Mat LogOdds(const cv::Mat& probability) {
  cv::Mat log_odds = probability.clone();
  for (float& value : cv::Mat_<float>(log_odds)) {
    const float p = std::clamp(value, 1e-6F, 1 - 1e-6F);
    value = std::log(p / (1 - p));
  }
  return log_odds;
}

cv::Mat Squared(const cv::Mat& map) { return map.mul(map); }

// The energy of each round: its colours are weighed by the prior first, then by the mask before.
std::vector<GridEnergy> PhotoEnergies(const cv::Mat& image, const cv::Mat& prior, double smoothness,
                                      int rounds) {
  const ColourModel colours(image, {});
  const cv::Mat log_odds = LogOdds(prior);
  GraphcutOptions options;
  options.smoothness = smoothness;
  GridEnergy energy;
  AddContrastWeights(image, options, energy);
  std::vector<GridEnergy> energies;
  cv::Mat object = Squared(prior), background = Squared(1 - prior);
  for (int round = 0; round < rounds; ++round) {
    SetUnary(colours.LogOdds(object, background) + log_odds, energy);
    energies.push_back(energy);
    const Cut cut = MinCut(energy);
    cv::Mat(cut.labels).reshape(1, image.rows).convertTo(object, CV_32F);
    background = 1 - object;
  }
  return energies;
}

void MakePhotos(const std::vector<std::string>& arguments) {
  const fs::path images = arguments[0], priors = arguments[1], out = arguments[2];
  const double smoothness = arguments.size() > 3 ? std::stod(arguments[3]) : 20;
  const double scale = arguments.size() > 4 ? std::stod(arguments[4]) : 1;
  std::size_t left = arguments.size() > 5 ? std::stoul(arguments[5]) : SIZE_MAX;
  const bool all_rounds = arguments.size() > 6;
  const int rounds = all_rounds ? std::stoi(arguments[6]) : 2;
  std::vector<fs::path> files(fs::directory_iterator(images), {});
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    const std::string stem = file.stem().string();
    const fs::path prior = priors / (stem + ".probability.npy");
    if (left == 0) break;
    if (!fs::exists(prior)) continue;
    --left;
    cv::Mat image = ReadImage(file);
    if (scale != 1) cv::resize(image, image, {}, scale, scale, cv::INTER_CUBIC);
    const auto energies = PhotoEnergies(image, ReadMap(prior, image.size()), smoothness, rounds);
    for (int round = all_rounds ? 0 : rounds - 1; round < rounds; ++round) {
      const std::string suffix = all_rounds ? "_" + std::to_string(round) : "";
      WriteEnergy(energies[round], out / (stem + suffix + ".energy"));
    }
  }
}

// Costs from `unary(row, col)`, weights from `weight(row, col)` to all neighbours.
template <class Unary, class Weight>
GridEnergy Synthetic(Unary unary, Weight weight) {
  GridEnergy energy = MakeGridEnergy(375, 500, /*neighbours=*/8);
  for (std::size_t i = 0; i < energy.size(); ++i) {
    const int row = static_cast<int>(i) / energy.cols;
    const int col = static_cast<int>(i) % energy.cols;
    energy.unary[i] = unary(row, col);
    for (int d = 0; d < GridEnergy::kDirections; ++d) {
      const int to_row = row + kGridSteps[d].row;
      const int to_col = col + kGridSteps[d].col;
      if (to_row < energy.rows && to_col >= 0 && to_col < energy.cols) {
        energy.pairwise[d][i] = weight(row, col);
      }
    }
  }
  return energy;
}

void MakeSynthetic(const fs::path& out) {
  std::mt19937 random(1);
  const auto up_to = [&](int max) { return static_cast<int>(random() % max); };
  const auto noise = [&](int, int) { return up_to(16'000) - 8'000; };
  const auto constant = [](int weight) { return [weight](int, int) { return weight; }; };
  const auto disc = [&](int row, int col) {
    const bool inside = (row - 187) * (row - 187) + (col - 250) * (col - 250) < 100 * 100;
    return (inside ? 1000 : -1000) + noise(row, col);
  };
  for (const int weight : {500, 2000, 20'000}) {
    const std::string suffix = "_" + std::to_string(weight) + ".energy";
    WriteEnergy(Synthetic(noise, constant(weight)), out / ("noise" + suffix));
    WriteEnergy(Synthetic(disc, constant(weight)), out / ("noisy_disc" + suffix));
    for (const int side : {1, 8, 50}) {
      const auto board = [side](int row, int col) {
        return (row / side + col / side) % 2 == 0 ? 5000 : -4900;
      };
      WriteEnergy(Synthetic(board, constant(weight)),
                  out / ("checkerboard" + std::to_string(side) + suffix));
    }
  }
  // A corridor that winds through the image, seeds at its ends; and a comb of thin teeth.
  const auto corridor = [](int row, int col) {
    const bool wall = row % 24 == 23 && (row % 48 == 23 ? col < 490 : col >= 10);
    return wall ? 1 : 8000;
  };
  const auto ends = [&](int row, int col) {
    if (row < 3 && col < 3) return kHardForeground;
    if (row > 371 && col > 496) return kHardBackground;
    return up_to(200) - 100;
  };
  WriteEnergy(Synthetic(ends, corridor), out / "corridor.energy");
  const auto teeth = [&](int row, int col) {
    return (row > 330 || (col % 9 < 2 && row > 30) ? 4000 : -4000) + noise(row, col) / 2;
  };
  WriteEnergy(Synthetic(teeth, constant(1500)), out / "comb.energy");
}

}  // namespace
}  // namespace gradcut

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  try {
    if (arguments.size() == 2 && arguments[0] == "--synthetic") {
      gradcut::MakeSynthetic(arguments[1]);
    } else if (arguments.size() >= 3) {
      gradcut::MakePhotos(arguments);
    } else {
      std::cerr << "usage: make_energies IMAGES PRIORS OUT [SMOOTHNESS [SCALE [COUNT [ROUNDS]]]]\n"
                   "       make_energies --synthetic OUT\n";
      return 2;
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
