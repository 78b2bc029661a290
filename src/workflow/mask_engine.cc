#include "workflow/mask_engine.h"

#include "gradcut/core/error.h"
#include "gradcut/image/image_io.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/segment/session.h"
#include "run/run_folder.h"
#include "workflow/instances.h"
#include "workflow/loaded_networks.h"
#include "workflow/mask_product.h"

#include <fmt/format.h>

#include <span>
#include <utility>

namespace gradcut {
namespace {

// What all photos have in common.
struct MaskParts {
  Recipe recipe;
  CutoutMaker cutouts;
  NetworkInTurn network;
  ClassesOfName classes_of;
};

class MaskResult : public EditedResult {
 public:
  MaskResult(std::shared_ptr<const MaskParts> engine, cv::Mat photo, cv::Mat image, Hints hints,
             Segmentation segmentation)
      : engine_(std::move(engine)),
        photo_(std::move(photo)),
        image_(std::move(image)),
        hints_(std::move(hints)),
        segmentation_(std::move(segmentation)) {}

  cv::Mat labels() const override { return segmentation_.mask; }
  cv::Mat heat_picture() const override {
    return ColourHeatMap(segmentation_.heat_map, engine_->recipe.render.colour_map);
  }
  double confidence() const override { return segmentation_.confidence; }
  std::string note() const override { return segmentation_.note; }

  Product Files(const std::vector<OutputKind>& kinds) const override {
    return MaskProduct({.networks = std::span(&engine_->network, 1),
                        .render = engine_->recipe.render,
                        .cutouts = engine_->cutouts,
                        .kinds = kinds,
                        .photo = photo_,
                        .image = image_,
                        .classes_of = engine_->classes_of,
                        .hints = hints_},
                       segmentation_);
  }

 private:
  const std::shared_ptr<const MaskParts> engine_;
  const cv::Mat photo_, image_;
  const Hints hints_;
  const Segmentation segmentation_;
};

class MaskPhoto : public EditedPhoto {
 public:
  MaskPhoto(std::shared_ptr<const MaskParts> engine, const cv::Mat& photo)
      : engine_(std::move(engine)),
        photo_(photo),
        image_(OverWhite(photo)),
        session_(engine_->network.segmenter, image_, engine_->network.classes,
                 engine_->classes_of) {
    session_.Prepare();
  }

  std::shared_ptr<const EditedResult> Cut(const Hints& hints) override {
    return std::make_shared<MaskResult>(engine_, photo_, image_, hints, session_.Segment(hints));
  }

 private:
  const std::shared_ptr<const MaskParts> engine_;
  const cv::Mat photo_, image_;
  Session session_;
};

class MaskEngine : public EditEngine {
 public:
  MaskEngine(std::filesystem::path folder, std::shared_ptr<const MaskParts> engine)
      : folder_(std::move(folder)), engine_(std::move(engine)) {}

  std::unique_ptr<EditedPhoto> Open(const cv::Mat& photo,
                                    const std::filesystem::path& /*path*/) const override {
    return std::make_unique<MaskPhoto>(engine_, photo);
  }

  std::vector<std::string> classes() const override {
    const ClassNames& names = engine_->network.segmenter.classifier().class_names();
    std::vector<std::string> all;
    for (int i = 0; i < names.size(); ++i) all.push_back(names[i]);
    return all;
  }

  void Finish() const override {
    if (std::filesystem::exists(folder_ / kInstancesFile)) WriteInstances(folder_);
  }

 private:
  const std::filesystem::path folder_;
  const std::shared_ptr<const MaskParts> engine_;
};

}  // namespace

std::unique_ptr<EditEngine> MakeMaskEngine(const std::filesystem::path& folder,
                                           const RunRecord& record) {
  const Recipe recipe = Recipe::Load(record.file);
  if (RecipeOfEach(recipe).size() > 1)
    throw UsageError(
        fmt::format("{}: is a run of several networks, which are not asked again at each click; "
                    "edit one of one --model",
                    Printable(folder)));
  LoadedNetworks loaded = LoadNetworks("mask", recipe);
  NetworkInTurn& network = loaded.networks.front();
  CutoutMaker cutouts(recipe.render);
  cutouts.AddOrigin(loaded.made_by);
  RequireSameRun(record, RecipeToJson(recipe), loaded.made_by);
  ClassesOfName classes_of = ClassFinder(recipe, network.segmenter.classifier());
  return std::make_unique<MaskEngine>(
      folder, std::make_shared<const MaskParts>(MaskParts{
                  recipe, std::move(cutouts), std::move(network), std::move(classes_of)}));
}

}  // namespace gradcut
