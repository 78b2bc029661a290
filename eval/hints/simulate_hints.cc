// simulate_hints TASK METHOD LIST [PRESET]: masks by hints of a user who knows the truth.
//
//   TASK    clicks | strokes | correct | boxes
//   METHOD  gradcut | grabcut (OpenCV's, 5 iterations)
//   LIST    a file: photo and mask a line, with a space between
//
// `clicks` starts without a mask, `strokes` likewise with strokes, `correct` starts from the mask
// that the preset makes and counts clicks. Prints one line a photo: its name, and for boxes IoU and
// milliseconds, else the clicks to an IoU of 0.85 and 0.90 (20 where it was not reached), the IoU
// after 1, 2, 3, 5, 10 and 20 of them, milliseconds to open the photo, after the first click and,
// in the mean, after each. The last line has the means. One thread; --jobs of the machine does not
// matter.
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/core/stopwatch.h"
#include "gradcut/dataset/truth.h"
#include "gradcut/image/image_io.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/segment/session.h"
#include "simulated_user.h"

#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

namespace gradcut {
namespace {

constexpr int kMostClicks = 20;
constexpr int kIterations = 5;  // Of grabCut.
constexpr int kDisc = 5;        // Radius of its seeds, pixels: a click alone moves nothing.

// One photo that takes hints.
class Opponent {
 public:
  virtual ~Opponent() = default;
  virtual void Prepare() {}
  virtual cv::Mat Start() = 0;  // The mask without hints.
  virtual cv::Mat Add(const Correction& correction) = 0;
  virtual cv::Mat InBox(const cv::Rect& box) = 0;
};

class Gradcut : public Opponent {
 public:
  Gradcut(const Segmenter& segmenter, const cv::Mat& image) : session_(segmenter, image) {}
  void Prepare() override { session_.Prepare(); }
  cv::Mat Start() override { return session_.Segment().mask; }
  cv::Mat Add(const Correction& correction) override {
    HintStroke stroke = {.points = {}, .object = correction.object};
    for (const cv::Point& point : correction.points)
      stroke.points.emplace_back(point.x + 0.5, point.y + 0.5);
    session_.Add(stroke);
    return session_.Segment().mask;
  }
  cv::Mat InBox(const cv::Rect& box) override {
    return session_.Segment({.boxes = {{.id = 1, .box = box}}}).mask;
  }

 private:
  Session session_;
};

class GrabCut : public Opponent {
 public:
  explicit GrabCut(const cv::Mat& image)
      : image_(image), mask_(image.size(), CV_8UC1, cv::Scalar(cv::GC_PR_BGD)) {}
  cv::Mat Start() override { return cv::Mat::zeros(image_.size(), CV_8UC1); }
  cv::Mat Add(const Correction& correction) override {
    (correction.object ? object_ : background_) = true;
    drawn_.push_back(correction);
    cv::Mat mask = mask_.clone();
    for (const Correction& each : drawn_)
      for (const cv::Point& point : each.points)
        cv::circle(mask, point, kDisc, cv::Scalar(each.object ? cv::GC_FGD : cv::GC_BGD), -1);
    if (!object_ || !background_) {
      // It needs both sides: what is far from the click is probably the other one.
      const int side = std::min(image_.cols, image_.rows) / 3;
      cv::Mat probably(mask.size(), CV_8UC1, cv::Scalar(0));
      cv::circle(probably, correction.points[0], side, cv::Scalar(255), -1);
      mask.setTo(correction.object ? cv::GC_PR_FGD : cv::GC_PR_BGD,
                 probably & (mask == cv::GC_PR_BGD));
    }
    return Run(mask, {}, cv::GC_INIT_WITH_MASK);
  }
  cv::Mat InBox(const cv::Rect& box) override {
    cv::Mat mask;
    return Run(mask, box, cv::GC_INIT_WITH_RECT);
  }

 private:
  cv::Mat Run(cv::Mat mask, const cv::Rect& box, int mode) const {
    cv::Mat background, object, bgr;
    cv::cvtColor(image_, bgr, cv::COLOR_RGB2BGR);
    cv::setRNGSeed(0);
    cv::grabCut(bgr, mask, box, background, object, kIterations, mode);
    return (mask == cv::GC_FGD) | (mask == cv::GC_PR_FGD);
  }

  const cv::Mat image_;
  cv::Mat mask_;
  std::vector<Correction> drawn_;
  bool object_ = false, background_ = false;
};

struct Photo {
  std::string name;
  cv::Mat image, truth;
};

using Open = std::function<std::unique_ptr<Opponent>(const cv::Mat& image)>;

// The numbers of one photo, in the order of the columns; none where it is not in the task.
std::vector<double> RunBox(const Photo& photo, const Open& open) {
  const auto box = BoxOf(photo.truth);
  if (!box) return {};
  const Stopwatch watch;
  const cv::Mat mask = open(photo.image)->InBox(*box);
  return {IouOf(mask, photo.truth), watch.Milliseconds()};
}

std::vector<double> RunClicks(const Photo& photo, const Open& open, const std::string& task) {
  const auto next = task == "strokes" ? NextStroke : NextClick;
  Stopwatch watch;
  const auto opponent = open(photo.image);
  opponent->Prepare();
  const double opening = watch.Lap();
  cv::Mat mask = cv::Mat::zeros(photo.image.size(), CV_8UC1);
  if (task == "correct") mask = opponent->Start();
  double iou = task == "correct" ? IouOf(mask, photo.truth) : 0, waiting = 0, first = 0;
  double to85 = iou >= 0.85 ? 0 : kMostClicks, to90 = iou >= 0.90 ? 0 : kMostClicks;
  std::vector<double> after;
  int clicks = 0;
  for (int click = 1; click <= kMostClicks; ++click) {
    if (iou < 0.90)
      if (const auto correction = next(mask, photo.truth)) {
        watch.Lap();
        mask = opponent->Add(*correction);
        const double taken = watch.Lap();
        waiting += taken;
        if (++clicks == 1) first = taken;
        iou = IouOf(mask, photo.truth);
        if (iou >= 0.85) to85 = std::min<double>(to85, click);
        if (iou >= 0.90) to90 = std::min<double>(to90, click);
      }
    after.push_back(iou);
  }
  return {to85,
          to90,
          after[0],
          after[1],
          after[2],
          after[4],
          after[9],
          after[19],
          opening,
          first,
          clicks > 0 ? waiting / clicks : 0};
}

int Run(int argc, char** argv) {
  if (argc < 4 || argc > 5)
    throw UsageError(
        "usage: simulate_hints clicks|strokes|correct|boxes gradcut|grabcut LIST [PRESET]");
  const std::string task = argv[1], method = argv[2];
  Recipe recipe = Recipe::Preset(argc > 4 ? argv[4] : "fast");
  recipe.options.maps = false;  // Masks alone, as `mask` finds them.
  const Segmenter segmenter = MakeSegmenter(recipe);
  const Open open = [&](const cv::Mat& image) -> std::unique_ptr<Opponent> {
    if (method == "grabcut") return std::make_unique<GrabCut>(image);
    return std::make_unique<Gradcut>(segmenter, image);
  };
  cv::setNumThreads(1);
  std::ifstream list(argv[3]);
  Photo photo;
  std::string truth;
  std::vector<double> sums;
  int count = 0;
  while (list >> photo.name >> truth) {
    photo.image = ReadImage(photo.name);
    photo.truth = ReadTruth(truth);
    const std::vector<double> row =
        task == "boxes" ? RunBox(photo, open) : RunClicks(photo, open, task);
    if (row.empty()) continue;
    sums.resize(row.size());
    ++count;
    std::string line = photo.name;
    for (std::size_t k = 0; k < row.size(); ++k) {
      sums[k] += row[k];
      line += fmt::format(" {:.4f}", row[k]);
    }
    fmt::print("{}\n", line);
  }
  Require(count > 0, "{}: no photo for this task", argv[3]);
  fmt::print("mean of {}", count);
  for (const double sum : sums) fmt::print(" {:.4f}", sum / count);
  fmt::print("\n");
  return 0;
}

}  // namespace
}  // namespace gradcut

int main(int argc, char** argv) {
  try {
    return gradcut::Run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
