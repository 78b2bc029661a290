#include "gradcut/workflow/cutout.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/stopwatch.h"
#include "gradcut/core/version.h"
#include "gradcut/dataset/voc.h"
#include "gradcut/options/option_texts.h"
#include "gradcut/render/cutout.h"
#include "gradcut/storage/file.h"
#include "run/companion_finder.h"
#include "workflow/photo_alpha.h"

#include <fmt/format.h>

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// The mean of a map of bytes in which 255 is all.
double ShareOf(const cv::Mat& alpha) { return cv::mean(alpha)[0] / kMaskForeground; }

Product CutOut(const cv::Mat& photo, const PhotoSource& source, const fs::path& mask,
               const CutoutMaker& maker, const ImageReadOptions& read) {
  Require(!mask.empty(), "{}: has no mask", Printable(source.path));
  Product product;
  Stopwatch watch;
  const PhotoAlpha found = ReadPhotoAlpha(mask, photo.size(), source, read);
  product.milliseconds.emplace_back("read mask", watch.Lap());
  product.files.push_back({maker.kind(), maker.Encode(photo, found.alpha)});
  product.milliseconds.emplace_back("encode", watch.Lap());
  product.entry["mask"] = mask.string();
  product.entry["area"] = ShareOf(found.alpha);
  if (found.turned) product.entry["turned"] = true;
  if (found.scaled) product.entry["scaled"] = true;
  return product;
}

nlohmann::json RecipeOf(RenderOptions render) {
  OptionList list;
  DescribeCutout(render, list);
  return OptionsToJson(list);
}

}  // namespace

BatchSummary MakeCutouts(const CutoutOptions& options, const RunControl& control) {
  BatchOptions batch = options.batch;
  for (std::string& input : batch.inputs) input = PhotosOf(input).string();
  const CutoutMaker maker(options.render, batch.read);
  CheckBatch(batch, {maker.kind()});
  const fs::path masks = IsDevkit(options.masks) ? options.masks / kClassFolder : options.masks;
  const CompanionFinder finder(masks, PredictionKind::kMasks, batch, control);
  BatchJob job = {.outputs = {maker.kind()},
                  .recipe = RecipeOf(options.render),
                  .made_by = {{"version", kVersion},
                              {"commit", kCommit},
                              {"command", "cutout"},
                              {"masks", CanonicalPath(options.masks).string()}},
                  .companion = [&](const fs::path& input) { return finder.Find(input); },
                  .process =
                      [&](const cv::Mat& photo, const PhotoSource& source) {
                        return CutOut(photo, source, finder.Find(source.path), maker, batch.read);
                      }};
  maker.AddOrigin(job.made_by);
  job.bytes_per_pixel = maker.bytes_per_pixel();
  BatchSummary summary = RunBatch(batch, job, control);
  summary.problems = finder.problems();
  return summary;
}

}  // namespace gradcut
