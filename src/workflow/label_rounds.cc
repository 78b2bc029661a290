#include "workflow/label_rounds.h"

#include "gradcut/core/in_order.h"
#include "gradcut/labels/label_model_file.h"
#include "run/source_stamp.h"
#include "storage/attempt.h"
#include "workflow/teacher_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace gradcut {
namespace {

using Model = std::shared_ptr<const LabelModel>;

// Cells that are kept of all images together, each image giving as many as any other: about 2 KB
// each, however many images there are.
constexpr std::size_t kCells = 1 << 16;
// The same for what is learned from the images' classes, of one image and of all.
constexpr std::size_t kBagCells = 96, kAllBagCells = 1 << 17;

std::size_t CellsOf(std::size_t index, std::size_t images) {
  return (index + 1) * kCells / images - index * kCells / images;
}

std::filesystem::path ModelFile(const RoundsFolder& kept, int round) {
  return kept.folder / fmt::format("{}.safetensors", round);
}

// The last round whose model is kept, and the model; -1 for none.
std::pair<int, Model> FindKept(int rounds, const RoundsFolder& kept) {
  for (int round = rounds - 1; kept.use && round >= 0; --round)
    if (auto model = ReadLabelModel(kept.origin, ModelFile(kept, round)))
      return {round, std::make_shared<LabelModel>(std::move(*model))};
  return {-1, nullptr};
}

void SayTooFew(const std::string& images, const RunControl& control) {
  control.Info(fmt::format("{} are too few to learn from, {} would do: each is labelled by itself",
                           images, kLeastTeachers));
}

// A pass over all images, with what they say to learn from.
class Pass {
 public:
  Pass(const std::vector<LabelTeacher>& images, const EvidenceStore& store, std::uint64_t seed,
       const ImageReadOptions& read, const RunControl& control)
      : images_(images), store_(store), seed_(seed), read_(read), control_(control) {}

  // What the images' classes teach; what the images were goes into the list. Counts extra ones that
  // could not be read.
  std::optional<LabelModel> LearnClasses(const Labeller& labeller, const TeacherList& list,
                                         std::size_t& failed_extra) const {
    const std::size_t cells = std::clamp<std::size_t>(kAllBagCells / images_.size(), 1, kBagCells);
    std::vector<nlohmann::json> sources(images_.size());
    const auto samples = Collect<EvidenceSamples>(&sources, [&](std::size_t index) {
      const LabelTeacher& image = images_[index];
      const auto evidence = store_.Find(labeller, image.path, image.present,
                                        [&] { return ReadImage(image.path, read_); });
      return SampleEvidence(evidence, image.present, static_cast<int>(labeller.classes().size()),
                            image.fold, cells, seed_ + index);
    });
    if (!samples) return std::nullopt;
    for (std::size_t i = 0; i < images_.size(); ++i)
      failed_extra += images_[i].extra && sources[i].is_null() ? 1 : 0;
    list.Write(images_, sources);
    if (samples->shown.rows < kLeastTeachers) {
      SayTooFew(fmt::format("the {} of {} images with a class that can be read",
                            samples->shown.rows, images_.size()),
                control_);
      return std::nullopt;
    }
    control_.Info("learning what tells the classes");
    return LearnEvidence(*samples, control_);
  }

  // What labels teach.
  std::optional<LabelModel> LearnLabels(const Labeller& labeller, const LabelModel& model) const {
    const auto samples = Collect<LabelSamples>(nullptr, [&](std::size_t index) {
      const LabelTeacher& image = images_[index];
      cv::Mat photo = ReadImage(image.path, read_);
      const auto evidence = store_.Find(labeller, image.path, image.present, [&] { return photo; });
      const LabelMap map = labeller.Cut(photo, labeller.Look(evidence, image.present, image.fold));
      return SampleLabels(evidence, map.labels, image.present, labeller.classes(), image.fold,
                          CellsOf(index, images_.size()), seed_ + index);
    });
    if (!samples) return std::nullopt;
    control_.Info("learning from the labels");
    return LearnNets(*samples, model, seed_, control_);
  }

 private:
  // The samples of all images that can be labelled, in their order; nothing if a stop was
  // requested. With `sources` it is noted what they are of, and extra images that fail are named.
  template <class Samples>
  std::optional<Samples> Collect(std::vector<nlohmann::json>* sources,
                                 const std::function<Samples(std::size_t)>& sample_of) const {
    Samples all;
    std::size_t failures = 0;
    const auto work = [&](std::size_t index) -> Completion {
      Samples sample;
      const nlohmann::json source = StampOf(images_[index].path);
      const std::string failure =
          FailureOf(images_[index].path, [&] { sample = sample_of(index); });
      return [&, index, failure, sample, source] {
        if (failure.empty())
          Append(sample, all);
        else
          ++failures;
        if (sources != nullptr && failure.empty()) (*sources)[index] = source;
        if (sources != nullptr && !failure.empty() && images_[index].extra) control_.Error(failure);
        control_.Report({index + 1, images_.size(), failures});
      };
    };
    if (WorkInOrder(images_.size(), control_, work) < images_.size()) return std::nullopt;
    return all;
  }

  const std::vector<LabelTeacher>& images_;
  const EvidenceStore& store_;
  const std::uint64_t seed_;
  const ImageReadOptions& read_;
  const RunControl& control_;
};

void WarnOfRenewed(std::size_t renewed, const RunControl& control) {
  if (renewed == 0) return;
  control.Warning(fmt::format(
      "{} photo{} not as {} when the others were learned from: give --existing overwrite to learn, "
      "and to label all, anew",
      renewed, renewed == 1 ? " is" : "s are", renewed == 1 ? "it was" : "they were"));
}

}  // namespace

Learned LearnInRounds(int rounds, const std::vector<LabelTeacher>& images, const MakeLabeller& make,
                      const EvidenceStore& store, const RoundsFolder& kept, std::uint64_t seed,
                      const ImageReadOptions& read, const RunControl& control) {
  Learned learned;
  if (rounds == 1) return learned;
  if (images.size() < static_cast<std::size_t>(kLeastTeachers)) {
    SayTooFew(fmt::format("{} images with a class", images.size()), control);
    return learned;
  }
  const TeacherList list(kept.folder);
  const TeacherList::Since since = kept.use ? list.Compare(images, read) : TeacherList::Since();
  WarnOfRenewed(since.renewed, control);
  const Pass pass(images, store, seed, read, control);
  auto [done, model] = FindKept(rounds, kept);
  if (done >= 0) {  // Or else they fail again.
    for (const std::string& failure : since.failures) control.Error(failure);
    learned.failed = since.failures.size();
  }
  if (done > 0) control.Info(fmt::format("round {} of {}: done before", done, rounds));
  for (int round = done + 1; round < rounds; ++round) {
    control.Info(round == 0 ? "looking at all images"
                            : fmt::format("round {} of {}: labels to learn from", round, rounds));
    auto next = round == 0 ? pass.LearnClasses(make(nullptr), list, learned.failed)
                           : pass.LearnLabels(make(model), *model);
    if (!next) return learned;
    model = std::make_shared<LabelModel>(std::move(*next));
    WriteLabelModel(*model, kept.origin, ModelFile(kept, round));
  }
  learned.model = model;
  return learned;
}

}  // namespace gradcut
