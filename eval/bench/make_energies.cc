// make_energies IMAGES HEATS OUT [SMOOTHNESS [SCALE [COUNT [ROUNDS]]]]
//   the energies that preset `classic` cuts, of the photos in IMAGES that have a heat map
//   HEATS/<stem>.probability.npy (gradcut saliency --save probability), at SCALE times their size;
//   with ROUNDS, also those of further rounds of the colour model, as <stem>_<round>.energy
// make_energies --synthetic OUT
//   noise, checkerboards and thin structures, 375 x 500
#include "energy_file.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/graphcut/contrast.h"
#include "gradcut/graphcut/min_cut.h"
#include "gradcut/io/image_io.h"
#include "gradcut/io/npy.h"
#include "gradcut/priors/colour_model.h"
#include "gradcut/priors/seeds.h"

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <opencv2/imgproc.hpp>
#include <random>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

cv::Mat ReadHeatMap(const fs::path& path, cv::Size size) {
  const NpyArray array = ReadNpy(path);
  Require(array.shape.size() == 2, "{}: expected a matrix", path.string());
  cv::Mat heat(static_cast<int>(array.shape[0]), static_cast<int>(array.shape[1]), CV_32F);
  std::copy_n(array.As<float>().data(), array.size(), heat.ptr<float>());
  if (heat.size() != size) cv::resize(heat, heat, size, 0, 0, cv::INTER_LINEAR);
  return heat;
}

cv::Mat Indicator(const cv::Mat& trimap, std::uint8_t value) {
  cv::Mat indicator;
  cv::Mat(trimap == value).convertTo(indicator, CV_32F, 1 / 255.0);
  return indicator;
}

// The energies of a photo: of the seeds' colours, and in each further round of those of the cut
// before.
std::vector<GridEnergy> PhotoEnergies(const cv::Mat& image, const cv::Mat& heat_map,
                                      double smoothness, int rounds) {
  const cv::Mat trimap = MakeSeeds(heat_map, {});
  const ColourOptions colour;
  const ColourCells colours = QuantiseColours(image, colour.bins);
  GraphcutOptions options;
  options.smoothness = smoothness;
  GridEnergy energy;
  AddContrastWeights(image, options, energy);
  std::vector<GridEnergy> energies;
  cv::Mat sides = trimap;
  for (int round = 0; round < rounds; ++round) {
    SetUnary(ColourLogOdds(colours, Indicator(sides, kMaskForeground),
                           Indicator(sides, kMaskBackground), colour),
             energy);
    ApplySeeds(trimap, energy);
    energies.push_back(energy);
    sides =
        cv::Mat(MinCut(energy).labels, /*copyData=*/true).reshape(1, image.rows) * kMaskForeground;
  }
  return energies;
}

void MakePhotos(const std::vector<std::string>& arguments) {
  const fs::path images = arguments[0], heats = arguments[1], out = arguments[2];
  const double smoothness = arguments.size() > 3 ? std::stod(arguments[3]) : 20;
  const double scale = arguments.size() > 4 ? std::stod(arguments[4]) : 1;
  std::size_t left = arguments.size() > 5 ? std::stoul(arguments[5]) : SIZE_MAX;
  const int rounds = arguments.size() > 6 ? std::stoi(arguments[6]) : 1;
  std::vector<fs::path> files(fs::directory_iterator(images), {});
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    const std::string stem = file.stem().string();
    const fs::path heat = heats / (stem + ".probability.npy");
    if (left == 0) break;
    if (!fs::exists(heat)) continue;
    --left;
    cv::Mat image = ReadImage(file);
    if (scale != 1) cv::resize(image, image, {}, scale, scale, cv::INTER_CUBIC);
    const auto energies = PhotoEnergies(image, ReadHeatMap(heat, image.size()), smoothness, rounds);
    for (std::size_t round = 0; round < energies.size(); ++round) {
      const std::string suffix = rounds == 1 ? "" : "_" + std::to_string(round);
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
      std::cerr << "usage: make_energies IMAGES HEATS OUT [SMOOTHNESS [SCALE [COUNT [ROUNDS]]]]\n"
                   "       make_energies --synthetic OUT\n";
      return 2;
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
