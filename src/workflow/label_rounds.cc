#include "workflow/label_rounds.h"

#include "gradcut/core/in_order.h"
#include "gradcut/image/image_io.h"
#include "gradcut/labels/label_model_file.h"
#include "storage/attempt.h"

#include <fmt/format.h>

namespace gradcut {
namespace {

// Cells that are kept of all images together, each image giving as many as any other. About 1 KB
// each, however many images there are.
constexpr std::size_t kCells = 1 << 16;

std::size_t CellsOf(std::size_t index, std::size_t images) {
  return (index + 1) * kCells / images - index * kCells / images;
}

std::filesystem::path ModelFile(const RoundsFolder& kept, int round) {
  return kept.folder / fmt::format("{}.safetensors", round);
}

// How many rounds are done, and the model of the last one.
std::pair<int, std::shared_ptr<const LabelModel>> FindKept(int rounds, const RoundsFolder& kept) {
  for (int round = rounds; round > 0; --round)
    if (auto model = ReadLabelModel(kept.origin, ModelFile(kept, round)))
      return {round, std::make_shared<LabelModel>(std::move(*model))};
  return {};
}

}  // namespace

std::shared_ptr<const LabelModel> LearnInRounds(
    int rounds, const std::map<std::filesystem::path, std::vector<int>>& images,
    const std::vector<LabelClass>& classes, const MakeLabeller& make, const RoundsFolder& kept,
    std::uint64_t seed, const ImageReadOptions& read, const RunControl& control) {
  const std::vector<std::pair<std::filesystem::path, std::vector<int>>> list(images.begin(),
                                                                             images.end());
  auto [done, model] =
      kept.use ? FindKept(rounds - 1, kept) : std::pair<int, std::shared_ptr<const LabelModel>>();
  if (done > 0) control.Info(fmt::format("round {} of {}: done before", done, rounds));
  for (int round = done + 1; round < rounds; ++round) {
    control.Info(fmt::format("round {} of {}: labels to learn from", round, rounds));
    const Labeller labeller = make(model);
    LabelSample all;
    std::size_t failures = 0;
    const auto work = [&](std::size_t index) -> Completion {
      const auto& [path, present] = list[index];
      LabelSample sample;
      const std::string failure = FailureOf(path, [&] {
        const LabelMap map = labeller.Label(ReadImage(path, read), present);
        sample = SampleLabels(map, present, classes, CellsOf(index, list.size()), seed + index);
      });
      return [&, index, failure, sample] {
        if (failure.empty())
          Append(sample, all);
        else
          ++failures;
        control.Report({index + 1, list.size(), failures});
      };
    };
    if (WorkInOrder(list.size(), control, work) < list.size()) return nullptr;
    if (all.inputs.empty()) return nullptr;
    model = std::make_shared<LabelModel>(LearnLabels(all));
    WriteLabelModel(*model, kept.origin, ModelFile(kept, round));
  }
  return model;
}

}  // namespace gradcut
