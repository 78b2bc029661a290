#pragma once

#include "gradcut/metrics/average_precision.h"
#include "gradcut/metrics/bootstrap.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

struct InstanceOptions {
  /// COCO JSON with what was found (see `ReadCocoInstances`), or a folder that holds it as
  /// `instances.json`.
  std::filesystem::path predictions = {};
  std::filesystem::path truth = {};  ///< COCO's data set in JSON.
  BootstrapOptions bootstrap = {};
};

/// An annotation of the truth, and what was made for it.
struct BoxResult {
  std::string image = {};  ///< Its file's name, or "image 7" where the truth has no names.
  std::int64_t id = 0;
  CocoCategory category = {};
  double iou = 0;                    ///< Of the masks; 0 where there is no prediction.
  std::optional<double> score = {};  ///< As predicted; nothing where there is no prediction.
};

/// IoU over some annotations.
struct BoxSummary {
  std::size_t boxes = 0;
  std::optional<double> mean_iou = {}, median_iou = {};  ///< Nothing without any.
  std::optional<double> iou_50 = {}, iou_70 = {},
                        iou_90 = {};  ///< The share of at least 0.5, 0.7, 0.9.
};

struct CategoryResult {
  CocoCategory category = {};
  BoxSummary boxes = {};
  CocoScores scores = {};
};

struct InstanceReport {
  std::size_t images = 0;       ///< Of the truth.
  std::size_t predictions = 0;  ///< Found objects in those.
  CocoScores scores = {};

  /// Whether predictions have ids, so that it is known for which annotation each was made.
  bool by_id = false;
  std::vector<BoxResult> boxes = {};  ///< By image in the truth's order; none unless `by_id`.
  BoxSummary summary = {};
  Interval interval = {};  ///< 95 % bootstrap interval of the mean IoU, images drawn.

  std::vector<CategoryResult> categories = {};  ///< In the order of the truth.

  std::vector<std::string> warnings = {};  ///< One line each.
  std::vector<std::string> missing = {};   ///< "IMAGE: ID" of annotations without a prediction.
  std::vector<std::string> extra = {};     ///< Predicted images without truth (passed over).
  std::vector<std::string> failures = {};  ///< One line each: images with masks of another size.
};

/// Scores objects one by one: COCO's AP and AR, and the mask IoU of each annotation with the
/// prediction of the same id in the same image ("mask IoU a box"; crowds are left out, and what has
/// no prediction counts 0).
///
/// Images belong together by file name, accents composed; else by a stem that is unique on both
/// sides; where a side has no names, by id. Categories belong together by name, of a list of
/// results by id. An object without a score has 1. Throws `Error` like `ReadCocoInstances`, and if
/// no image belongs to another.
InstanceReport EvaluateInstances(const InstanceOptions& options);

}  // namespace gradcut
