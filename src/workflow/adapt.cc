#include "gradcut/workflow/adapt.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/in_order.h"
#include "gradcut/dataset/listing.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/run/manifest.h"
#include "gradcut/segment/segmenter.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/folder_lock.h"
#include "gradcut/storage/owned_folder.h"
#include "gradcut/tensor/npy.h"
#include "run/source_stamp.h"
#include "storage/attempt.h"

#include <fmt/format.h>

#include <opencv2/core.hpp>
#include <optional>
#include <set>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxIdentityBytes = 1 << 28;

// How much of a photo the head takes for object on the whole: what the presets' thresholds were
// chosen for. Without it, masks that are too small teach a head that makes them smaller still.
constexpr double kObjectShare = 0.3;

// How much the masks of a round differ from those of the round before.
struct Change {
  double overlap = 0;  // Sum over images of the soft IoU.
  double area = 0;
};

cv::Mat ReadMatrix(const fs::path& path) {
  const NpyArray array = ReadNpy(path);
  Require(array.dtype == Dtype::kFloat32 && array.shape.size() == 2,
          "{}: not what adapt keeps there: delete the folder", Printable(path));
  return cv::Mat(static_cast<int>(array.shape[0]), static_cast<int>(array.shape[1]), CV_32FC1,
                 const_cast<float*>(array.As<float>().data()))
      .clone();
}

void WriteMatrix(const fs::path& path, const cv::Mat& matrix) {
  WriteFileAtomically(path, EncodeNpy(matrix));
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
              R"(identity\.json|\d+\.(inputs|round\d+)\.npy)"),
        inputs_(2 * FeatureChannels(*classifier_)),
        listing_(ListInputs(options.inputs)),
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
    return work_.path() / fmt::format("{}.round{}.npy", i, round);
  }

  // False if it was interrupted.
  bool LearnInRounds() {
    std::shared_ptr<const ObjectnessHead> head;
    for (int round = 1; round <= options_.rounds; ++round) {
      if (!CutAll(round, head)) return false;
      head = Learn(round);
    }
    WriteObjectness(*head, options_.output);
    return true;
  }

  // The work folder belongs to these photos and this recipe alone.
  void Prepare() {
    Require(inputs_ > 0, "{}: names no layers, which the head would look at",
            Printable(classifier_->info().file));
    work_.Claim();
    lock_.emplace(work_.path(), WhenLocked::kFail);
    nlohmann::json identity = {{"recipe", RecipeToJson(options_.recipe)},
                               {"made_by", MadeBy("adapt", options_.recipe, classifier_->info())},
                               {"inputs", nlohmann::json::array()},
                               {"sources", nlohmann::json::array()}};
    for (const Input& input : inputs()) {
      identity["inputs"].push_back(CanonicalPath(input.path).string());
      identity["sources"].push_back(StampOf(input.path));
    }
    // As it is read again: not all bytes of a path survive.
    identity = nlohmann::json::parse(JsonLine(identity));
    const fs::path file = work_.path() / "identity.json";
    if (fs::exists(file)) DropReplaced(ReadIdentity(file, identity), identity["sources"]);
    WriteFileAtomically(file, identity.dump(2));
  }

  // That of the run that began the work. Throws `Error` unless it is this one's but for `sources`.
  nlohmann::json ReadIdentity(const fs::path& file, const nlohmann::json& expected) const {
    const auto bytes = ReadFile(file, kMaxIdentityBytes);
    const auto there = nlohmann::json::parse(bytes, nullptr, /*allow_exceptions=*/false);
    for (const char* const key : {"recipe", "made_by", "inputs"})
      Require(there.is_object() && there.value(key, nlohmann::json()) == expected[key],
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
      return name.find(".round") != std::string::npos && !name.ends_with(".round1.npy");
    });
    work_.KeepOnly(kept);
  }

  ObjectnessSample ReadSample(std::size_t i, int round) const {
    ObjectnessSample sample = {ReadMatrix(InputsFile(i)), ReadMatrix(TargetsFile(i, round))};
    Require(sample.inputs.cols == inputs_ && sample.targets.cols == 1 &&
                sample.inputs.rows == sample.targets.rows && cv::checkRange(sample.inputs) &&
                cv::checkRange(sample.targets),
            "{}: not what adapt keeps there: delete the folder", Printable(TargetsFile(i, round)));
    return sample;
  }

  // False if it was interrupted.
  bool CutAll(int round, const std::shared_ptr<const ObjectnessHead>& head) {
    SegmenterOptions options = options_.recipe.options;
    options.rate = false;
    const Segmenter segmenter(classifier_, options, head);
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
    const Segmentation result = segmenter.Segment(image, classes_);
    const FeatureMap& features = result.features;
    cv::Mat mask;
    result.mask.convertTo(mask, CV_32FC1, 1.0 / kMaskForeground);
    const cv::Mat share = Resize(mask, {features.cols, features.rows});
    if (round == 1) WriteMatrix(InputsFile(index), ObjectnessInputs(features));
    WriteMatrix(TargetsFile(index, round), share.reshape(1, static_cast<int>(share.total())));
  }

  std::shared_ptr<const ObjectnessHead> Learn(int round) {
    std::vector<std::size_t> used;
    Change change;
    for (std::size_t i = 0; i < inputs().size(); ++i) {
      if (failed_[i]) continue;
      used.push_back(i);
      const cv::Mat targets = ReadSample(i, round).targets;
      change.area += cv::mean(targets)[0];
      if (round > 1)
        change.overlap += SoftJaccard(targets, ReadMatrix(TargetsFile(i, round - 1))).value_or(1);
    }
    Require(!used.empty(), "no photo could be cut: there is nothing to learn from");
    const double count = static_cast<double>(used.size());
    control_.Info(fmt::format(
        "round {}: {} masks, mean area {:.1f} %{}", round, used.size(), 100 * change.area / count,
        round > 1 ? fmt::format(", IoU with the round before {:.3f}", change.overlap / count)
                  : ""));
    const auto read = [&](std::size_t i) { return ReadSample(used[i], round); };
    auto head = std::make_shared<ObjectnessHead>(LearnObjectness(used.size(), read));
    CalibrateBias(used.size(), read, kObjectShare, *head);
    head->architecture = classifier_->info().architecture;
    return head;
  }

  const AdaptOptions& options_;
  const std::shared_ptr<const Classifier> classifier_;
  const std::vector<int> classes_;
  const RunControl& control_;
  const OwnedFolder work_;
  std::optional<FolderLock> lock_;  // Of the work folder.
  const int inputs_;                // Of the head.
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
  if (recipe.objectness != "default" && recipe.objectness != "none")
    throw UsageError("adapt: begins without a head; leave out objectness");
  return AdaptRun(options, LoadClassifier(recipe), control).Run();
}

}  // namespace gradcut
