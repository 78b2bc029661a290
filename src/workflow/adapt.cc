#include "gradcut/workflow/adapt.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/in_order.h"
#include "gradcut/dataset/listing.h"
#include "gradcut/dataset/truth.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/run/manifest.h"
#include "gradcut/run/run_record.h"
#include "gradcut/saliency/evidence.h"
#include "gradcut/segment/segmenter.h"
#include "gradcut/storage/bytes.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/folder_lock.h"
#include "gradcut/storage/json.h"
#include "gradcut/storage/owned_folder.h"
#include "gradcut/tensor/npy.h"
#include "gradcut/tensor/safetensors.h"
#include "gradcut/workflow/edit.h"
#include "run/companion_finder.h"
#include "run/run_folder.h"
#include "run/source_stamp.h"
#include "storage/attempt.h"

#include <fmt/format.h>

#include <map>
#include <opencv2/core.hpp>
#include <optional>
#include <set>
#include <span>
#include <system_error>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxIdentityBytes = 1 << 28;

// What is kept of a photo's mask.
struct CellMask {
  cv::Mat targets;  // See `ObjectnessSample`.
  double confidence = 0;
};

cv::Mat ReadMatrix(const fs::path& path) {
  const NpyArray array = ReadNpy(path);
  Require(array.dtype == Dtype::kFloat32 && array.shape.size() == 2,
          "{}: not what adapt keeps there: delete the folder", Printable(path));
  return cv::Mat(static_cast<int>(array.shape[0]), static_cast<int>(array.shape[1]), CV_32FC1,
                 const_cast<float*>(array.As<float>().data()))
      .clone();
}

// The share of each cell in the mask.
cv::Mat SharesOf(const cv::Mat& mask, cv::Size grid) {
  cv::Mat object;
  mask.convertTo(object, CV_32FC1, 1.0 / kMaskForeground);
  return Resize(object, grid);
}

void WriteCellMask(const fs::path& path, const CellMask& mask) {
  const auto bytes = std::as_bytes(std::span(mask.targets.ptr<float>(), mask.targets.total()));
  WriteSafetensors(path,
                   {{"targets", {"F32", {mask.targets.rows, mask.targets.cols}, bytes}},
                    {"confidence", {"F64", {1}, std::as_bytes(std::span(&mask.confidence, 1))}}},
                   {});
}

CellMask ReadCellMask(const fs::path& path) {
  const SafetensorsFile file = SafetensorsFile::Open(path);
  const cv::Mat targets = file.Matrix("targets", 2), confidence = file.Matrix("confidence", 1);
  Require(targets.type() == CV_32FC1 && !targets.empty() && cv::checkRange(targets) &&
              confidence.type() == CV_64FC1 && confidence.total() == 1,
          "{}: not what adapt keeps there: delete the folder", Printable(path));
  return {targets, confidence.at<double>(0)};
}

// What the manifest says of a mask.
struct MaskRecord {
  double confidence = 1;
  Review review = Review::kUnseen;
  bool edited = false;

  // Whether a person stands for it.
  bool corrected() const {
    return review != Review::kRejected && (edited || review == Review::kAccepted);
  }
};

// The masks that a run left.
struct GivenMasks {
  CompanionFinder files;
  std::map<fs::path, MaskRecord> records;  // By file.

  MaskRecord RecordOf(const fs::path& photo) const {
    const auto found = records.find(files.Find(photo));
    return found == records.end() ? MaskRecord() : found->second;
  }
};

std::optional<GivenMasks> FindMasks(const AdaptOptions& options, const RunControl& control) {
  if (options.masks.empty()) return std::nullopt;
  GivenMasks masks = {
      CompanionFinder(options.masks, PredictionKind::kMasks, {.inputs = options.inputs}, control),
      {}};
  for (const nlohmann::json& entry : EntriesIn(options.masks / "manifest.jsonl")) {
    const std::string output = RunRecord::TextAt(entry, "output");
    if (output.empty()) continue;
    MaskRecord& record = masks.records[options.masks / output];
    const nlohmann::json confidence = entry.value("confidence", nlohmann::json());
    if (confidence.is_number()) record.confidence = confidence.get<double>();
    record.review = ReviewNamed(RunRecord::TextAt(entry, "review"));
    record.edited = entry.value("edited", nlohmann::json()) == true;
    if (record.corrected()) record.confidence = 1;
  }
  return masks;
}

// The photos, without those whose mask a person has rejected.
Listing ListPhotos(const AdaptOptions& options, const std::optional<GivenMasks>& masks,
                   const RunControl& control) {
  Listing listing = ListInputs(options.inputs);
  if (!masks) return listing;
  const std::size_t rejected = std::erase_if(listing.inputs, [&](const Input& input) {
    return masks->RecordOf(input.path).review == Review::kRejected;
  });
  if (rejected > 0) control.Info(fmt::format("{} rejected masks are left out", rejected));
  return listing;
}

class AdaptRun {
 public:
  AdaptRun(const AdaptOptions& options, std::shared_ptr<const Classifier> classifier,
           const RunControl& control)
      : options_(options),
        classifier_(std::move(classifier)),
        classes_(ResolveClasses(options.recipe, *classifier_)),
        control_(control),
        work_(options.output.string() + ".work",
              "gradcut adapt -o " + Printable(options.output.filename()),
              R"(identity\.json|round\d+\.safetensors|\d+\.(inputs\.npy|round\d+\.safetensors))"),
        masks_(FindMasks(options, control)),
        first_(masks_ ? nullptr : LoadObjectness(options.recipe, classifier_->info())),
        layers_(HeadLayers(DescribeClassifier(*classifier_).layers)),
        listing_(ListPhotos(options, masks_, control)),
        failed_(listing_.inputs.size()) {}

  AdaptSummary Run() {
    Prepare();
    for (const std::string& problem : listing_.problems) control_.Error(problem);
    for (const std::string& line : DescribeLeftOut(listing_)) control_.Warning(line);
    if (!listing_.unreadable.empty()) control_.Warning(DescribeUnreadable(listing_));
    bool complete = true;
    KeepWhatIsDone([&] { complete = LearnInRounds(); });
    if (complete) work_.KeepOnly({});
    return {inputs().size(), failures_, listing_.problems.size(), !complete};
  }

 private:
  const std::vector<Input>& inputs() const { return listing_.inputs; }
  fs::path InputsFile(std::size_t i) const {
    return work_.path() / fmt::format("{}.inputs.npy", i);
  }
  fs::path TargetsFile(std::size_t i, int round) const {
    return work_.path() / fmt::format("{}.round{}.safetensors", i, round);
  }
  fs::path HeadFile(int round) const {
    return work_.path() / fmt::format("round{}.safetensors", round);
  }

  // False if it was interrupted.
  bool LearnInRounds() {
    std::shared_ptr<const ObjectnessHead> head = first_;
    for (int round = 1; round <= rounds(); ++round) {
      if (!fs::exists(HeadFile(round))) {
        if (!CutAll(round, head) || !Learn(round)) return false;
      }
      head = ReadObjectness(HeadFile(round));
    }
    head->Write(options_.output);
    return true;
  }

  int rounds() const {
    constexpr int kFromNothing = 3;
    if (options_.rounds > 0) return options_.rounds;
    return first_ != nullptr || masks_ ? 1 : kFromNothing;
  }

  // The work folder belongs to these photos and this recipe alone.
  void Prepare() {
    Require(!layers_.empty(), "{}: names no layers, which the head would look at",
            Printable(classifier_->info().file));
    work_.Claim();
    lock_.emplace(work_.path(), WhenLocked::kFail);
    OptionList learning;
    ObjectnessOptions learned = options_.learning;
    Describe(learned, learning);
    nlohmann::json identity = {
        {"recipe", RecipeToJson(options_.recipe)},
        {"learning", OptionsToJson(learning)},
        {"made_by", MadeBy("adapt", options_.recipe, classifier_->info(), first_.get())},
        {"masks", nlohmann::json::array()},
        {"confidences", nlohmann::json::array()},
        {"inputs", nlohmann::json::array()},
        {"sources", nlohmann::json::array()}};
    for (const Input& input : inputs()) {
      identity["inputs"].push_back(CanonicalPath(input.path).string());
      identity["sources"].push_back(StampOf(input.path));
      if (!masks_) continue;
      identity["masks"].push_back(StampOf(masks_->files.Find(input.path)));
      identity["confidences"].push_back(masks_->RecordOf(input.path).confidence);
    }
    const fs::path file = work_.path() / "identity.json";
    if (fs::exists(file)) DropReplaced(ReadIdentity(file, identity), identity["sources"]);
    WriteFileAtomically(file, JsonText(identity, 2));
  }

  // That of the run that began the work. Throws `Error` unless it is this one's but for `sources`.
  nlohmann::json ReadIdentity(const fs::path& file, const nlohmann::json& expected) const {
    const auto bytes = ReadFile(file, kMaxIdentityBytes);
    nlohmann::json there = ParsedJson(AsText(bytes));
    const nlohmann::json a = WithoutFileNames(there), b = WithoutFileNames(expected);
    for (const char* const key :
         {"recipe", "learning", "made_by", "masks", "confidences", "inputs"})
      Require(a.is_object() && a.value(key, nlohmann::json()) == b.at(key),
              "{}: left by a run with other photos or options: delete it, or name another -o FILE",
              Printable(work_.path()));
    return there;
  }

  // Removes what was learned of photos that have been replaced since, and all that came of it.
  void DropReplaced(const nlohmann::json& there, const nlohmann::json& sources) const {
    const nlohmann::json before = there.value("sources", nlohmann::json::array());
    if (before.is_array() && SameSources(before, sources)) return;
    std::set<std::string> kept = work_.Files();
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (i < before.size() && (before[i].is_null() || before[i] == sources[i])) continue;
      kept.erase(InputsFile(i).filename());
      kept.erase(TargetsFile(i, 1).filename());
    }
    std::erase_if(kept, [](const std::string& name) {
      return name.find("round") != std::string::npos && !name.ends_with(".round1.safetensors");
    });
    work_.KeepOnly(kept);
  }

  ObjectnessSample ReadSample(std::size_t i, int round) const {
    const cv::Mat targets = ReadCellMask(TargetsFile(i, round)).targets;
    ObjectnessSample sample = {{targets.rows, targets.cols, ReadMatrix(InputsFile(i))}, targets};
    Require(sample.inputs.values.rows == static_cast<int>(targets.total()) &&
                cv::checkRange(sample.inputs.values),
            "{}: not what adapt keeps there: delete the folder", Printable(InputsFile(i)));
    return sample;
  }

  // False if it was interrupted.
  bool CutAll(int round, const std::shared_ptr<const ObjectnessHead>& head) {
    const Segmenter segmenter(classifier_, options_.recipe.options, head);
    const auto work = [&](std::size_t index) -> Completion {
      if (failed_[index]) return [] {};  // In an earlier round: said once is enough.
      const std::string failure =
          FailureOf(inputs()[index].path, [&] { CutOne(segmenter, index, round); });
      return [this, index, failure] {
        if (!failure.empty()) {
          control_.Error(failure);
          failed_[index] = true;
          ++failures_;
        }
        control_.Report({index + 1, inputs().size(), failures_});
      };
    };
    return WorkInOrder(inputs().size(), control_, work) == inputs().size();
  }

  void CutOne(const Segmenter& segmenter, std::size_t index, int round) const {
    if (fs::exists(TargetsFile(index, round)) && fs::exists(InputsFile(index))) return;
    const cv::Mat image = ReadImage(inputs()[index].path, options_.read);
    cv::Size grid;
    if (round == 1) {
      const Evidence seen =
          GatherEvidence(*classifier_, image, /*targets=*/{},
                         segmenter.options().saliency.scales.front(), LayerNames(layers_));
      grid = {seen.features.cols, seen.features.rows};
      WriteFileAtomically(InputsFile(index),
                          EncodeNpy(JoinLayers(seen.features, seen.layers).values));
    } else {
      grid = ReadCellMask(TargetsFile(index, 1)).targets.size();
    }
    if (masks_ && (round == 1 || masks_->RecordOf(inputs()[index].path).corrected())) {
      WriteCellMask(TargetsFile(index, round), GivenMask(inputs()[index].path, image, grid));
      return;
    }
    const Segmentation result = segmenter.Segment(image, classes_);
    WriteCellMask(TargetsFile(index, round), {SharesOf(result.mask, grid), result.confidence});
  }

  CellMask GivenMask(const fs::path& photo, const cv::Mat& image, cv::Size grid) const {
    const fs::path file = masks_->files.Find(photo);
    Require(!file.empty(), "{}: has no mask in {}", Printable(photo), Printable(options_.masks));
    const cv::Mat labels = ReadTruth(file);
    RequireTruthSize(image, labels, {.key = "", .truth = file, .prediction = photo});
    return {SharesOf((labels != 0) & (labels != kVoid), grid), masks_->RecordOf(photo).confidence};
  }

  // False if it was interrupted.
  bool Learn(int round) {
    std::vector<std::size_t> used;
    ObjectnessSamples samples;
    double area = 0, overlap = 0;
    for (std::size_t i = 0; i < inputs().size(); ++i) {
      if (failed_[i]) continue;
      used.push_back(i);
      const CellMask mask = ReadCellMask(TargetsFile(i, round));
      samples.grids.push_back(mask.targets.size());
      samples.confidences.push_back(mask.confidence);
      samples.areas.push_back(cv::mean(mask.targets)[0]);
      if (masks_ && masks_->RecordOf(inputs()[i].path).corrected()) ++samples.corrected;
      area += samples.areas.back();
      if (round > 1)
        overlap +=
            SoftJaccard(mask.targets, ReadCellMask(TargetsFile(i, round - 1)).targets).value_or(1);
    }
    Require(!used.empty(), "no photo could be cut: there is nothing to learn from");
    const double count = static_cast<double>(used.size());
    control_.Info(fmt::format(
        "round {}: {} masks{}, mean area {:.1f} %{}; learning", round, used.size(),
        samples.corrected > 0 ? fmt::format(" ({} corrected)", samples.corrected) : "",
        100 * area / count,
        round > 1 ? fmt::format(", IoU with the round before {:.3f}", overlap / count) : ""));
    samples.read = [&](std::size_t i) { return ReadSample(used[i], round); };
    const auto head = LearnObjectness(samples, classifier_->info().architecture, layers_,
                                      options_.learning, control_);
    if (head == nullptr) return false;
    head->Write(HeadFile(round));
    return true;
  }

  const AdaptOptions& options_;
  const std::shared_ptr<const Classifier> classifier_;
  const std::vector<int> classes_;
  const RunControl& control_;
  const OwnedFolder work_;
  std::optional<FolderLock> lock_;                     // Of the work folder.
  const std::optional<GivenMasks> masks_;              // Of the first round.
  const std::shared_ptr<const ObjectnessHead> first_;  // Of the first round's masks; may be null.
  const std::vector<HeadLayer> layers_;                // Of the heads that are learned.
  const Listing listing_;
  std::vector<char> failed_;  // By input: it could not be cut. Not `bool`: each has its own byte.
  std::size_t failures_ = 0;
};

}  // namespace

AdaptSummary Adapt(const AdaptOptions& options, const RunControl& control) {
  const Recipe& recipe = options.recipe;
  if (recipe.options.location.slope == 0 || recipe.options.location.objectness == 0)
    throw UsageError(
        "adapt: the recipe must have location.slope > 0 and location.objectness > 0, as the "
        "presets fast and best do");
  CheckReplacesObjectness(options.output);
  for (const fs::path& folder : FoldersOf(recipe.classifier))
    for (std::error_code ignored;
         const auto& head : fs::directory_iterator(folder / "objectness", ignored))
      if (fs::equivalent(head.path(), options.output, ignored))
        throw UsageError(fmt::format(
            "{}: is the head that comes with a classifier; name another file, and give that to "
            "--objectness",
            Printable(options.output)));
  return AdaptRun(options, LoadClassifier(recipe), control).Run();
}

}  // namespace gradcut
