#include "render/report_images.h"

#include "gradcut/core/image.h"
#include "gradcut/dataset/truth.h"
#include "gradcut/image/image_io.h"
#include "gradcut/run/outputs.h"
#include "render/thumbnails.h"
#include "storage/attempt.h"

#include <fmt/format.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr int kPictureSide = 256;
constexpr int kHeatLongSide = 128;  // Heat maps are smooth.
constexpr int kQuality = 78;

// The outlines of an object's parts and holes as one SVG path.
std::string OutlineOf(const cv::Mat& mask, cv::Size size) {
  constexpr double kTolerancePx = 0.7;
  const cv::Mat small = Resize(mask, size) > 127;
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(small, contours, cv::RETR_CCOMP, cv::CHAIN_APPROX_SIMPLE);
  std::string path;
  for (std::vector<cv::Point>& contour : contours) {
    cv::approxPolyDP(contour, contour, kTolerancePx, /*closed=*/true);
    for (std::size_t i = 0; i < contour.size(); ++i)
      path += fmt::format("{}{} {}", i == 0 ? 'M' : 'L', contour[i].x, contour[i].y);
    path += "Z";
  }
  return path;
}

// The object of a mask file of any kind: labels above 0, void left out.
cv::Mat ObjectOf(const fs::path& path) {
  const cv::Mat labels = ReadTruth(path);
  return (labels > 0) & (labels != kVoid);
}

class Collector {
 public:
  Collector(const Input& photo, const std::function<fs::path(OutputKind)>& find)
      : photo_(photo), find_(find) {}

  ReportImage Collect(const fs::path& truth) {
    Try(photo_.path, [this] { AddPhoto(); });
    for (const OutputKind kind :
         {OutputKind::kMask, OutputKind::kLabels, OutputKind::kCutout, OutputKind::kCutoutWebp}) {
      const fs::path mask = find_(kind);
      if (image_.outline.empty() && !mask.empty())
        Try(mask, [&] { image_.outline = Outline(mask); });
    }
    const fs::path heat = find_(OutputKind::kHeatMap);
    if (!heat.empty()) Try(heat, [&] { AddHeat(heat); });
    if (!truth.empty()) Try(truth, [&] { image_.truth = Outline(truth); });
    return std::move(image_);
  }

 private:
  template <class Action>
  void Try(const fs::path& path, const Action& action) {
    const std::string failure = FailureOf(path, action);
    if (!failure.empty()) image_.problems.push_back(failure);
  }

  void TakeSizeOf(const cv::Mat& mat) {
    if (image_.size.empty()) image_.size = ThumbnailSize(mat.size(), kPictureSide);
  }

  void AddPhoto() {
    const cv::Mat photo = DecodeImage(ReadInput(photo_), photo_.path.native());
    TakeSizeOf(photo);
    image_.photo = EncodeJpeg(Resize(photo, image_.size), kQuality);
  }

  void AddHeat(const fs::path& path) {
    const cv::Mat heat = ReadImage(path);
    TakeSizeOf(heat);
    image_.heat = EncodeJpeg(Resize(heat, ThumbnailSize(heat.size(), kHeatLongSide)), kQuality);
  }

  std::string Outline(const fs::path& path) {
    const cv::Mat mask = ObjectOf(path);
    TakeSizeOf(mask);
    return OutlineOf(mask, image_.size);
  }

  const Input& photo_;
  const std::function<fs::path(OutputKind)>& find_;
  ReportImage image_;
};

}  // namespace

ReportImage MakeReportImage(const Input& photo, const std::function<fs::path(OutputKind)>& find,
                            const fs::path& truth) {
  return Collector(photo, find).Collect(truth);
}

}  // namespace gradcut
