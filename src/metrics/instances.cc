#include "gradcut/metrics/instances.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "metrics/instance_pairing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// What was predicted, in the truth's ids.
struct Found {
  std::vector<CocoInstance> instances = {};
  bool have_ids = false;
  std::size_t without_score = 0;
  std::size_t without_category = 0;
};

fs::path PredictionsFile(const fs::path& predictions) {
  std::error_code error;
  if (!fs::is_directory(predictions, error)) return predictions;
  fs::path file = predictions / "instances.json";
  Require(fs::exists(file, error),
          "{}: holds no instances.json: expected a run with --save instances, or a COCO file",
          Printable(predictions));
  return file;
}

// An id that no category of the truth has.
std::int64_t FreeCategory(const CocoAnnotations& truth) {
  std::int64_t id = 0;
  const auto taken = [&](const CocoCategory& each) { return each.id == id; };
  while (std::any_of(truth.categories.begin(), truth.categories.end(), taken)) ++id;
  return id;
}

Found InTruthIds(CocoAnnotations predictions, const CocoAnnotations& truth,
                 const TruthIds& images) {
  const TruthIds categories = PairCategories(predictions.categories, truth.categories);
  const std::int64_t no_category = FreeCategory(truth);
  Found found = {.have_ids = !predictions.is_list};
  for (CocoInstance& each : predictions.instances) {
    const auto image = images.find(each.image_id);
    if (image == images.end()) continue;
    each.image_id = image->second;
    const auto category = categories.find(each.category_id);
    found.without_category += category == categories.end() ? 1 : 0;
    each.category_id = category == categories.end() ? no_category : category->second;
    found.without_score += each.score ? 0 : 1;
    each.score = each.score.value_or(1);
    found.have_ids |= each.id.has_value();
    found.instances.push_back(std::move(each));
  }
  return found;
}

void AddWarnings(const Found& found, const CocoAnnotations& truth, InstanceReport& report) {
  const auto warn = [&](std::size_t count, std::string_view what) {
    if (count > 0) report.warnings.push_back(fmt::format("{} {}", count, what));
  };
  warn(found.without_category,
       "found objects are of categories that the truth does not name: AP and AR leave them out");
  warn(found.without_score, "found objects have no score: it is taken for 1");
  warn(truth.without_image, "annotations of the truth are of no image there: they are left out");
  warn(std::count_if(truth.instances.begin(), truth.instances.end(),
                     [](const CocoInstance& each) { return each.id == 0; }),
       "annotations of the truth have the id 0, which COCO's AP takes for never found: let ids "
       "begin with 1");
}

// A line for each image whose predicted masks have another size: they overlap nothing.
void AddFailures(const Found& found, const CocoAnnotations& truth, InstanceReport& report) {
  std::map<std::int64_t, const RunLengths*> masks;
  std::map<std::int64_t, const CocoImage*> images;
  for (const CocoImage& image : truth.images)
    if (image.rows > 0 && image.cols > 0) images[image.id] = &image;
  for (const CocoInstance& each : found.instances) {
    const auto image = images.find(each.image_id);
    const bool same = image == images.end() || (each.mask.rows == image->second->rows &&
                                                each.mask.cols == image->second->cols);
    if (!same) masks.emplace(each.image_id, &each.mask);
  }
  for (const auto& [id, mask] : masks)
    report.failures.push_back(
        fmt::format("{}: a predicted mask has {}x{} pixels, but the truth's image has {}x{}",
                    Printable(NameOf(*images[id])), mask->cols, mask->rows, images[id]->cols,
                    images[id]->rows));
}

// ---- IoU by id

double MedianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

BoxSummary Summarise(const std::vector<double>& ious) {
  BoxSummary summary = {.boxes = ious.size()};
  if (ious.empty()) return summary;
  const auto count = static_cast<double>(ious.size());
  const auto share = [&](double least) {
    return static_cast<double>(
               std::count_if(ious.begin(), ious.end(), [&](double iou) { return iou >= least; })) /
           count;
  };
  double sum = 0;
  for (const double iou : ious) sum += iou;
  summary.mean_iou = sum / count;
  summary.median_iou = MedianOf(ious);
  summary.iou_50 = share(0.5);
  summary.iou_70 = share(0.7);
  summary.iou_90 = share(0.9);
  return summary;
}

// The same annotation: its image and its id.
using Key = std::pair<std::int64_t, std::int64_t>;

void AddBoxes(const Found& found, const CocoAnnotations& truth, InstanceReport& report) {
  std::map<Key, const CocoInstance*> by_id;
  for (const CocoInstance& each : found.instances)
    if (each.id) by_id.emplace(Key(each.image_id, *each.id), &each);
  std::map<std::int64_t, std::vector<const CocoInstance*>> of_image;
  for (const CocoInstance& each : truth.instances)
    if (!each.crowd) of_image[each.image_id].push_back(&each);
  std::map<std::int64_t, CocoCategory> categories;
  for (const CocoCategory& category : truth.categories) categories[category.id] = category;

  for (const CocoImage& image : truth.images) {
    for (const CocoInstance* const each : of_image[image.id]) {
      const auto category = categories.find(each->category_id);
      BoxResult box = {
          .image = NameOf(image), .id = *each->id, .category = {each->category_id, ""}};
      if (category != categories.end()) box.category = category->second;
      const auto made = by_id.find({image.id, box.id});
      if (made == by_id.end()) {
        report.missing.push_back(fmt::format("{}: {}", box.image, box.id));
      } else {
        box.score = made->second->score;
        box.iou = MaskIou(made->second->mask, each->mask);
      }
      report.boxes.push_back(std::move(box));
    }
  }
}

void SummariseBoxes(InstanceReport& report, const BootstrapOptions& bootstrap) {
  std::vector<double> ious;
  std::map<std::int64_t, std::vector<double>> of_category;
  // Boxes of one image stand or fall together, so images are drawn.
  std::vector<std::pair<double, double>> of_image;  // The sum and number of their IoUs.
  for (std::size_t i = 0; i < report.boxes.size(); ++i) {
    const BoxResult& box = report.boxes[i];
    ious.push_back(box.iou);
    of_category[box.category.id].push_back(box.iou);
    if (i == 0 || box.image != report.boxes[i - 1].image) of_image.emplace_back(0, 0);
    of_image.back().first += box.iou;
    of_image.back().second += 1;
  }
  report.summary = Summarise(ious);
  for (CategoryResult& result : report.categories)
    result.boxes = Summarise(of_category[result.category.id]);
  const auto mean = [&](std::span<const std::size_t> sample) {
    double sum = 0, count = 0;
    for (const std::size_t image : sample) {
      sum += of_image[image].first;
      count += of_image[image].second;
    }
    return sum / count;
  };
  report.interval = Bootstrap(of_image.size(), mean, bootstrap);
}

}  // namespace

InstanceReport EvaluateInstances(const InstanceOptions& options) {
  const CocoAnnotations truth = ReadCocoInstances(options.truth);
  Require(!truth.images.empty(), "{}: holds no images: expected a COCO data set",
          Printable(options.truth));
  const fs::path file = PredictionsFile(options.predictions);
  CocoAnnotations predictions = ReadCocoInstances(file);
  const std::vector<CocoImage> images = ImagesOf(predictions);
  ImagePairing pairing = PairImages(images, truth.images);
  if (pairing.truth_of.empty() && !images.empty())
    Fail("{}: holds no image of {}: for instance {}, but {}", Printable(file),
         Printable(options.truth), Printable(NameOf(images.front())),
         Printable(NameOf(truth.images.front())));

  const Found found = InTruthIds(std::move(predictions), truth, pairing.truth_of);
  InstanceReport report = {.images = truth.images.size(),
                           .predictions = found.instances.size(),
                           .by_id = found.have_ids,
                           .extra = std::move(pairing.extra)};
  AddWarnings(found, truth, report);
  AddFailures(found, truth, report);
  const InstanceScores scores = ScoreInstances(truth, found.instances);
  report.scores = scores.all;
  for (std::size_t i = 0; i < truth.categories.size(); ++i)
    report.categories.push_back({truth.categories[i], {}, scores.categories[i]});
  if (found.have_ids) AddBoxes(found, truth, report);
  SummariseBoxes(report, options.bootstrap);
  return report;
}

}  // namespace gradcut
