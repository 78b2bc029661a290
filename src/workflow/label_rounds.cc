#include "workflow/label_rounds.h"

#include "gradcut/core/in_order.h"
#include "gradcut/labels/label_model_file.h"
#include "storage/attempt.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

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

// A pass over all images, with what they say to learn from.
class Pass {
 public:
  Pass(const std::vector<LabelTeacher>& images, const EvidenceStore& store, std::uint64_t seed,
       const ImageReadOptions& read, const RunControl& control)
      : images_(images), store_(store), seed_(seed), read_(read), control_(control) {}

  // What the images' classes teach.
  std::optional<LabelModel> LearnClasses(const Labeller& labeller) const {
    const std::size_t cells = std::clamp<std::size_t>(kAllBagCells / images_.size(), 1, kBagCells);
    const auto samples = Collect<EvidenceSamples>(/*first=*/true, [&](std::size_t index) {
      const LabelTeacher& image = images_[index];
      const auto evidence = store_.Find(labeller, image.path, image.present,
                                        [&] { return ReadImage(image.path, read_); });
      return SampleEvidence(evidence, image.present, static_cast<int>(labeller.classes().size()),
                            image.fold, cells, seed_ + index);
    });
    if (!samples || samples->shown.rows < kLeastTeachers) return std::nullopt;
    control_.Info("learning what tells the classes");
    return LearnEvidence(*samples, control_);
  }

  // What labels teach.
  std::optional<LabelModel> LearnLabels(const Labeller& labeller, const LabelModel& model) const {
    const auto samples = Collect<LabelSamples>(/*first=*/false, [&](std::size_t index) {
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
  // requested.
  template <class Samples>
  std::optional<Samples> Collect(bool first,
                                 const std::function<Samples(std::size_t)>& sample_of) const {
    Samples all;
    std::size_t failures = 0;
    const auto work = [&](std::size_t index) -> Completion {
      Samples sample;
      const std::string failure =
          FailureOf(images_[index].path, [&] { sample = sample_of(index); });
      return [&, index, failure, sample] {
        if (failure.empty())
          Append(sample, all);
        else
          ++failures;
        if (!failure.empty() && first && images_[index].extra) control_.Error(failure);
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

}  // namespace

bool IsLearned(int rounds, const RoundsFolder& kept) {
  return rounds > 1 && FindKept(rounds, kept).first == rounds - 1;
}

Model LearnInRounds(int rounds, const std::vector<LabelTeacher>& images, const MakeLabeller& make,
                    const EvidenceStore& store, const RoundsFolder& kept, std::uint64_t seed,
                    const ImageReadOptions& read, const RunControl& control) {
  if (rounds == 1) return nullptr;
  if (images.size() < static_cast<std::size_t>(kLeastTeachers)) {
    control.Info(
        fmt::format("{} images with a class are too few to learn from, {} would do: each "
                    "is labelled by itself",
                    images.size(), kLeastTeachers));
    return nullptr;
  }
  const Pass pass(images, store, seed, read, control);
  auto [done, model] = FindKept(rounds, kept);
  if (done > 0) control.Info(fmt::format("round {} of {}: done before", done, rounds));
  for (int round = done + 1; round < rounds; ++round) {
    control.Info(round == 0 ? "looking at all images"
                            : fmt::format("round {} of {}: labels to learn from", round, rounds));
    const auto learned =
        round == 0 ? pass.LearnClasses(make(nullptr)) : pass.LearnLabels(make(model), *model);
    if (!learned) return nullptr;
    model = std::make_shared<LabelModel>(*learned);
    WriteLabelModel(*model, kept.origin, ModelFile(kept, round));
  }
  return model;
}

}  // namespace gradcut
