#include "workflow/label_engine.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/image/image_io.h"
#include "gradcut/labels/box_labels.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/render/render.h"
#include "gradcut/segment/session.h"
#include "gradcut/storage/file.h"
#include "run/run_folder.h"
#include "workflow/label_lists.h"
#include "workflow/label_setup.h"

#include <map>
#include <optional>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// What all images have in common.
struct LabelParts {
  LabelOptions options;
  LabelSetup setup;
  Labeller labeller;
  Segmenter segmenter;  // For boxes.
  ClassesOfName classes_of;
  std::map<std::string, LabelTeacher> images;  // By the canonical path.
};

class LabelResult : public EditedResult {
 public:
  LabelResult(std::shared_ptr<const LabelParts> engine, LabelMap map)
      : engine_(std::move(engine)),
        map_(std::move(map)),
        labels_(WithoutUnsure(map_, engine_->options.certainty)) {}

  cv::Mat labels() const override { return labels_; }
  cv::Mat heat_picture() const override { return ColourHeatMap(1 - map_.probabilities.front()); }
  double confidence() const override { return map_.confidence; }
  std::string note() const override { return ""; }

  Product Files(const std::vector<OutputKind>& kinds) const override {
    return LabelProduct(map_, engine_->options.certainty, kinds);
  }

 private:
  const std::shared_ptr<const LabelParts> engine_;
  const LabelMap map_;
  const cv::Mat labels_;
};

class LabelPhoto : public EditedPhoto {
 public:
  LabelPhoto(std::shared_ptr<const LabelParts> engine, const cv::Mat& photo,
             const LabelTeacher& known)
      : engine_(std::move(engine)),
        image_(OverWhite(photo)),
        view_(engine_->labeller.Look(engine_->labeller.Gather(image_, known.present), known.present,
                                     known.fold)) {}

  std::shared_ptr<const EditedResult> Cut(const Hints& hints) override {
    return std::make_shared<LabelResult>(engine_, hints.boxes.empty()
                                                      ? engine_->labeller.Cut(image_, view_, hints)
                                                      : CutBoxes(hints));
  }

 private:
  LabelMap CutBoxes(const Hints& hints) {
    if (!session_)
      session_.emplace(engine_->segmenter, image_, std::vector<int>(), engine_->classes_of);
    return LabelsOfBoxes(hints, session_->Segment(hints), engine_->setup.dataset().classes);
  }

  const std::shared_ptr<const LabelParts> engine_;
  const cv::Mat image_;
  const LabelView view_;
  std::optional<Session> session_;
};

class LabelEngine : public EditEngine {
 public:
  explicit LabelEngine(std::shared_ptr<const LabelParts> engine) : engine_(std::move(engine)) {}

  std::unique_ptr<EditedPhoto> Open(const cv::Mat& photo, const fs::path& path) const override {
    const auto known = engine_->images.find(CanonicalPath(path));
    Require(known != engine_->images.end(), "{}: is not in {} any more", Printable(path),
            Printable(engine_->options.dataset.labels.empty() ? engine_->options.dataset.devkit
                                                              : engine_->options.dataset.labels));
    return std::make_unique<LabelPhoto>(engine_, photo, known->second);
  }

  std::vector<std::string> classes() const override {
    const std::vector<std::string>& names = engine_->setup.dataset().classes;
    return {names.begin() + 1, names.end()};
  }

  void Finish() const override {
    WriteLabelLists(LabelRunOf(engine_->options, engine_->setup.dataset()),
                    engine_->options.exports);
  }

 private:
  const std::shared_ptr<const LabelParts> engine_;
};

}  // namespace

std::unique_ptr<EditEngine> MakeLabelEngine(const fs::path& folder, const RunRecord& record,
                                            const RunControl& control) {
  LabelOptions options = LabelOptionsOf(folder, record.file, record.run);
  LabelSetup setup(options);
  RequireSameRun(record, setup.recipe(), setup.made_by());
  Labeller labeller = setup.Learn(options.batch.read, control).first;
  Require(!control.stop.stop_requested(), "{}: stopped before the run's model was there",
          Printable(folder));
  Segmenter segmenter = setup.MakeSegmenter();
  ClassesOfName classes_of = ClassFinder(options.recipe, *setup.classifier());
  std::map<std::string, LabelTeacher> images;
  for (const auto& [path, image] : setup.images()) images[CanonicalPath(path)] = image;
  return std::make_unique<LabelEngine>(std::make_shared<const LabelParts>(
      LabelParts{std::move(options), std::move(setup), std::move(labeller), std::move(segmenter),
                 std::move(classes_of), std::move(images)}));
}

}  // namespace gradcut
