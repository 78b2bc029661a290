#pragma once

#include "gradcut/core/options.h"
#include "gradcut/graphcut/energy.h"
#include "gradcut/graphcut/min_cut.h"

#include <opencv2/core/mat.hpp>
#include <vector>

namespace gradcut {

/// The boundary term of the energy.
struct GraphcutOptions {
  double smoothness = 20;  ///< Cost of parting equal neighbours, nats, in [0, kMaxSmoothness].
  int neighbours = 8;      ///< How many pixels a pixel is tied to: 4 or 8.
  Solver solver = Solver::kGrid;  ///< Masks are the same with either; time is not.
  int coarse_levels = 0;  ///< Above 0 the approximation of `BandedMinCut`, by the own solver.
};

/// Keys "graphcut.smoothness", "graphcut.neighbours", "graphcut.solver", "graphcut.coarse_levels".
void Describe(GraphcutOptions& options, OptionList& list);

/// With the largest smoothness the weights stay below `kMaxPairwise`.
inline constexpr double kMaxSmoothness = 10'000;

/// Log odds are cut off at this many nats: more than a boundary of the default smoothness costs,
/// less than a hard constraint.
inline constexpr double kMaxLogOdds = 10'000;

/// The functions below fill an energy in any order. An energy without pixels takes the size
/// of the matrix, and costs that it does not hold yet are zero; another size, or a matrix that
/// core/image.h does not allow, is a `std::invalid_argument`.

/// Adds the contrast-sensitive boundary term of Boykov and Jolly (2001), section 3, to the weights
/// (which stop at `kMaxPairwise`):
///
///     w_ij = smoothness * exp(-beta |I_i - I_j|^2) / distance(i, j)
///
/// where beta = 1 / (2 mean |I_i - I_j|^2) over the neighbour pairs (Rother et al. 2004, eq. 5). In
/// an image of one colour, w_ij = smoothness / distance. Throws `Error` for invalid options.
void AddContrastWeights(const cv::Mat& image, const GraphcutOptions& options, GridEnergy& energy);

/// The mean of |I_i - I_j|^2 over the neighbour pairs of an image; 0 without any.
double MeanSquaredContrast(const cv::Mat& image, const GraphcutOptions& options);

/// The same term for parts of an image, whose contrasts mean the same in each of them.
class ContrastWeights {
 public:
  /// `mean_squared` is what beta is made of; 0 is for one colour. Throws `Error` for invalid
  /// options.
  ContrastWeights(const GraphcutOptions& options, double mean_squared);

  ~ContrastWeights();

  /// Adds the weights of a part.
  void Add(const cv::Mat& part, GridEnergy& energy);

 private:
  class Table;

  int directions_;
  std::vector<Table> tables_;  // Of neighbours over sides, then over corners.
};

/// Sets the unary costs from log odds; a NaN is a `std::invalid_argument`.
void SetUnary(const cv::Mat& log_odds, GridEnergy& energy);

/// Makes the labels of a trimap's seeds certain (Boykov and Jolly 2001, table 1); unknown pixels
/// keep their costs. A value that is not a trimap's is a `std::invalid_argument`.
void ApplySeeds(const cv::Mat& trimap, GridEnergy& energy);

}  // namespace gradcut
