#pragma once

#include "gradcut/labels/labeller.h"
#include "gradcut/workflow/label.h"
#include "workflow/evidence_store.h"
#include "workflow/label_rounds.h"

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gradcut {

/// What `gradcut label` works with: a data set, a classifier, and what is learned from both.
class LabelSetup {
 public:
  /// Throws `UsageError` for what cannot be, and `Error` for files and devices.
  explicit LabelSetup(const LabelOptions& options);

  const LabelDataset& dataset() const { return dataset_; }
  /// By path: what is known of each image. Without classes it teaches nothing, and has fold
  /// `kUnseen`.
  const std::map<std::filesystem::path, LabelTeacher>& images() const { return images_; }
  /// The first one.
  const std::shared_ptr<const Classifier>& classifier() const {
    return networks_.front().classifier;
  }

  nlohmann::json recipe() const { return RecipeToJson(options_.recipe); }
  /// What decides the labels besides.
  const nlohmann::json& made_by() const { return made_by_; }

  /// The labeller of the last round: learns what it knows of the data set, unless that is done
  /// already. And the number of extra images that failed. See `LearnInRounds`.
  std::pair<Labeller, std::size_t> Learn(const ImageReadOptions& read,
                                         const RunControl& control) const;

  /// What the networks say of each image, as long as the run lasts.
  const EvidenceStore& store() const { return *store_; }

  /// One for boxes.
  Segmenter MakeSegmenter() const;

 private:
  Labeller Make(std::shared_ptr<const LabelModel> model) const;
  std::string Origin() const;

  const LabelOptions options_;
  LabelDataset dataset_;
  std::vector<LabelNetwork> networks_;
  std::vector<LabelClass> classes_;
  std::map<std::filesystem::path, LabelTeacher> images_;
  nlohmann::json made_by_;
  std::optional<EvidenceStore> store_;
};

/// The files that the command writes of an image, and what its manifest says of it.
Product LabelProduct(const LabelMap& map, const CertaintyOptions& certainty,
                     const std::vector<OutputKind>& kinds);

/// A run of these, for its lists and exports.
LabelRun LabelRunOf(const LabelOptions& options, const LabelDataset& dataset);

/// The options of a run, from its run.json. Throws `Error` for one that does not tell them.
LabelOptions LabelOptionsOf(const std::filesystem::path& folder,
                            const std::filesystem::path& run_file, const nlohmann::json& run);

/// What run.json keeps of them for that.
nlohmann::json GivenToLabel(const LabelOptions& options);

}  // namespace gradcut
