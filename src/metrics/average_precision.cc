#include "gradcut/metrics/average_precision.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <utility>

namespace gradcut {
namespace {

constexpr std::size_t kIous = 10;
constexpr std::size_t kRecalls = 101;
constexpr std::size_t kMaxFound = 100;

// As `numpy.linspace` computes them, bit for bit: what is equal to a threshold passes it.
double IouThreshold(std::size_t index) {
  constexpr double kStep = (0.95 - 0.5) / (kIous - 1);
  const double threshold = index + 1 == kIous ? 0.95 : static_cast<double>(index) * kStep + 0.5;
  return std::min(threshold, 1 - 1e-10);
}

double RecallLevel(std::size_t index) {
  return index + 1 == kRecalls ? 1.0 : static_cast<double>(index) * 0.01;
}

// Both ends belong to a range.
struct AreaRange {
  double low, high;
  bool Holds(double area) const { return area >= low && area <= high; }
};
constexpr std::array<AreaRange, 4> kAreas = {{{0, 1e5 * 1e5},  // All.
                                              {0, 32.0 * 32},
                                              {32.0 * 32, 96.0 * 96},
                                              {96.0 * 96, 1e5 * 1e5}}};

// The objects of an image and category.
struct Group {
  std::vector<const CocoInstance*> truth;
  std::vector<const CocoInstance*> found;  // By falling score, at most `kMaxFound`.
  std::vector<double> ious;                // Of each found one with all true ones.

  double iou(std::size_t found_index, std::size_t true_index) const {
    return ious[found_index * truth.size() + true_index];
  }
};

double Iou(const RunLengths& found, const cv::Rect& found_box, const RunLengths& truth,
           const cv::Rect& true_box, bool crowd) {
  if (found.rows != truth.rows || found.cols != truth.cols || (found_box & true_box).empty())
    return 0;
  const std::int64_t both = CommonPixels(found, truth);
  const std::int64_t found_pixels = ObjectPixels(found);
  const std::int64_t either = crowd ? found_pixels : found_pixels + ObjectPixels(truth) - both;
  return both == 0 ? 0 : static_cast<double>(both) / static_cast<double>(either);
}

void Prepare(Group& group) {
  std::stable_sort(group.found.begin(), group.found.end(),
                   [](const auto* a, const auto* b) { return *a->score > *b->score; });
  group.found.resize(std::min(group.found.size(), kMaxFound));
  std::vector<cv::Rect> boxes;
  for (const CocoInstance* const each : group.truth) boxes.push_back(ObjectBox(each->mask));
  for (const CocoInstance* const found : group.found) {
    const cv::Rect box = ObjectBox(found->mask);
    for (std::size_t i = 0; i < group.truth.size(); ++i)
      group.ious.push_back(
          Iou(found->mask, box, group.truth[i]->mask, boxes[i], group.truth[i]->crowd));
  }
}

// What became of a found object at one IoU.
enum class Outcome : std::uint8_t { kRight, kWrong, kIgnored };

// The found objects of a group in one range of areas, by their place in `Group::found`.
struct Matching {
  const Group* group = nullptr;
  std::int64_t wanted = 0;                                // True objects that count.
  std::array<std::vector<Outcome>, kIous> outcomes = {};  // One a found object.
};

// The true object that a found one gets, or nothing: that of the largest IoU of those not taken,
// before all that are ignored. `order` has the ignored ones last.
class Matcher {
 public:
  Matcher(const Group& group, const AreaRange& area) : group_(group), order_(group.truth.size()) {
    for (const CocoInstance* const each : group.truth)
      ignored_.push_back(each->crowd || !area.Holds(each->area));
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_partition(order_.begin(), order_.end(),
                          [&](std::size_t i) { return !ignored_[i]; });
  }

  std::int64_t wanted() const { return std::count(ignored_.begin(), ignored_.end(), false); }

  std::vector<Outcome> Match(double threshold, const AreaRange& area) const {
    std::vector<bool> taken(order_.size());
    std::vector<Outcome> outcomes;
    for (std::size_t found = 0; found < group_.found.size(); ++found) {
      const std::size_t match = Best(found, threshold, taken);
      const bool matched = match != kNone && group_.truth[match]->id != 0;
      if (match != kNone) taken[match] = true;
      if (match != kNone && ignored_[match])
        outcomes.push_back(Outcome::kIgnored);
      else if (matched)
        outcomes.push_back(Outcome::kRight);
      else
        outcomes.push_back(area.Holds(group_.found[found]->area) ? Outcome::kWrong
                                                                 : Outcome::kIgnored);
    }
    return outcomes;
  }

 private:
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  std::size_t Best(std::size_t found, double threshold, const std::vector<bool>& taken) const {
    std::size_t best = kNone;
    double best_iou = threshold;
    for (const std::size_t index : order_) {
      if (taken[index] && !group_.truth[index]->crowd) continue;
      if (best != kNone && !ignored_[best] && ignored_[index]) break;
      if (group_.iou(found, index) < best_iou) continue;
      best_iou = group_.iou(found, index);
      best = index;
    }
    return best;
  }

  const Group& group_;
  std::vector<bool> ignored_;
  std::vector<std::size_t> order_;
};

Matching MatchGroup(const Group& group, const AreaRange& area) {
  const Matcher matcher(group, area);
  Matching matching = {&group, matcher.wanted()};
  for (std::size_t i = 0; i < kIous; ++i)
    matching.outcomes[i] = matcher.Match(IouThreshold(i), area);
  return matching;
}

// A found object among those of all images.
struct Place {
  const Matching* matching;
  std::size_t index;
  double score() const { return *matching->group->found[index]->score; }
};

// Up to `limit` of each image, by falling score.
std::vector<Place> Ranked(std::span<const Matching> matchings, std::size_t limit) {
  std::vector<Place> places;
  for (const Matching& matching : matchings)
    for (std::size_t i = 0; i < std::min(limit, matching.group->found.size()); ++i)
      places.push_back({&matching, i});
  std::stable_sort(places.begin(), places.end(),
                   [](const Place& a, const Place& b) { return a.score() > b.score(); });
  return places;
}

// Precision and recall behind each found object, best scores first.
struct PrecisionRecall {
  std::vector<double> precision, recall;
};

PrecisionRecall CurveOf(std::span<const Place> places, std::size_t iou, std::int64_t wanted) {
  PrecisionRecall curve;
  double right = 0, wrong = 0;
  for (const Place& place : places) {
    const Outcome outcome = place.matching->outcomes[iou][place.index];
    right += outcome == Outcome::kRight ? 1 : 0;
    wrong += outcome == Outcome::kWrong ? 1 : 0;
    curve.recall.push_back(right / static_cast<double>(wanted));
    // With pycocotools' guard against 0 / 0, which tells in the last bit.
    curve.precision.push_back(right / (wrong + right + std::numeric_limits<double>::epsilon()));
  }
  return curve;
}

double AveragePrecision(PrecisionRecall curve) {
  std::vector<double>& precision = curve.precision;
  for (std::size_t i = precision.size(); i > 1; --i)
    precision[i - 2] = std::max(precision[i - 2], precision[i - 1]);
  double sum = 0;
  for (std::size_t level = 0; level < kRecalls; ++level) {
    const auto place =
        std::lower_bound(curve.recall.begin(), curve.recall.end(), RecallLevel(level));
    if (place == curve.recall.end()) break;
    sum += precision[static_cast<std::size_t>(place - curve.recall.begin())];
  }
  return sum / kRecalls;
}

// The precision at each IoU, and the mean recall at the end.
struct RangeScores {
  std::array<double, kIous> precision = {};
  double mean_precision = 0;
  double mean_recall = 0;
};

RangeScores ScoreRange(std::span<const Matching> matchings, std::int64_t wanted,
                       std::size_t limit) {
  const std::vector<Place> places = Ranked(matchings, limit);
  RangeScores scores;
  for (std::size_t i = 0; i < kIous; ++i) {
    PrecisionRecall curve = CurveOf(places, i, wanted);
    scores.mean_recall += curve.recall.empty() ? 0 : curve.recall.back() / kIous;
    scores.precision[i] = AveragePrecision(std::move(curve));
    scores.mean_precision += scores.precision[i] / kIous;
  }
  return scores;
}

constexpr CocoScores kNothing = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

// `groups` are those of one category, by image.
CocoScores ScoreCategory(std::span<const Group> groups) {
  constexpr std::size_t kIou75 = 5, kAreaScores = 3, kRecallScores = 6;
  CocoScores scores = kNothing;
  for (std::size_t area = 0; area < kAreas.size(); ++area) {
    std::vector<Matching> matchings;
    std::int64_t wanted = 0;
    for (const Group& group : groups) {
      matchings.push_back(MatchGroup(group, kAreas[area]));
      wanted += matchings.back().wanted;
    }
    if (wanted == 0) continue;
    const RangeScores range = ScoreRange(matchings, wanted, kMaxFound);
    if (area > 0) {
      scores[kAreaScores + area - 1] = range.mean_precision;
      scores[kRecallScores + kAreaScores + area - 1] = range.mean_recall;
      continue;
    }
    scores[0] = range.mean_precision;
    scores[1] = range.precision[0];
    scores[2] = range.precision[kIou75];
    scores[kRecallScores] = ScoreRange(matchings, wanted, 1).mean_recall;
    scores[kRecallScores + 1] = ScoreRange(matchings, wanted, 10).mean_recall;
    scores[kRecallScores + 2] = range.mean_recall;
  }
  return scores;
}

CocoScores MeanOf(std::span<const CocoScores> categories) {
  CocoScores mean = kNothing;
  for (std::size_t measure = 0; measure < mean.size(); ++measure) {
    double sum = 0;
    int count = 0;
    for (const CocoScores& each : categories) {
      if (each[measure] < 0) continue;
      sum += each[measure];
      ++count;
    }
    if (count > 0) mean[measure] = sum / count;
  }
  return mean;
}

}  // namespace

double MaskIou(const RunLengths& a, const RunLengths& b) {
  return Iou(a, ObjectBox(a), b, ObjectBox(b), /*crowd=*/false);
}

InstanceScores ScoreInstances(const CocoAnnotations& truth, std::span<const CocoInstance> found) {
  // Images in the order of their ids: it decides between equal scores.
  std::map<std::int64_t, std::map<std::int64_t, Group>> groups;
  for (const CocoCategory& category : truth.categories) groups[category.id];
  std::set<std::int64_t> images;
  for (const CocoImage& image : truth.images) images.insert(image.id);
  const auto group_of = [&](const CocoInstance& instance) -> Group* {
    const auto category = groups.find(instance.category_id);
    if (category == groups.end() || !images.contains(instance.image_id)) return nullptr;
    return &category->second[instance.image_id];
  };
  for (const CocoInstance& each : truth.instances)
    if (Group* const group = group_of(each)) group->truth.push_back(&each);
  for (const CocoInstance& each : found)
    if (Group* const group = group_of(each)) group->found.push_back(&each);

  InstanceScores scores;
  for (const CocoCategory& category : truth.categories) {
    std::vector<Group> of_category;
    for (auto& [image, group] : groups.at(category.id)) {
      Prepare(group);
      of_category.push_back(std::move(group));
    }
    scores.categories.push_back(ScoreCategory(of_category));
  }
  scores.all = MeanOf(scores.categories);
  return scores;
}

}  // namespace gradcut
