#include "gradcut/segment/session.h"

#include "cut/cutter.h"
#include "cut/stage_clock.h"
#include "gradcut/core/image.h"

#include <memory>
#include <utility>

namespace gradcut {

// What a segmenter sees in one image.
class SegmenterLocator : public Locator {
 public:
  SegmenterLocator(const Segmenter& segmenter, const cv::Mat& image)
      : segmenter_(segmenter), image_(image) {
    CheckImage(image, "Session: image");
  }

  Located Whole(const std::vector<int>& classes) const override {
    Located located = {segmenter_.Locate(image_, classes), {}};
    Segmentation& seen = located.seen;
    StageClock clock(seen.milliseconds);
    located.location = segmenter_.Location(image_, classes, seen.looks, clock, seen.note);
    clock.Ended("open");
    return located;
  }

  Located In(const cv::Rect& place, const std::vector<int>& classes) const override {
    const cv::Mat part = image_(place);
    Located located;
    Segmentation& seen = located.seen;
    seen.looks = segmenter_.Looks(part, classes);
    seen.heat_map = seen.looks.front().heat_map;
    seen.classes = seen.looks.front().classes;
    located.location = segmenter_.LocationOf(
        seen.looks, WorkingSize(part.size(), segmenter_.options().max_megapixels));
    return located;
  }

 private:
  const Segmenter& segmenter_;
  const cv::Mat image_;
};

Session::Session(const Segmenter& segmenter, const cv::Mat& image, std::vector<int> classes,
                 ClassesOfName classes_of)
    : HintSession(image, std::make_unique<SegmenterLocator>(segmenter, image), segmenter.options(),
                  std::move(classes), std::move(classes_of)) {}

Segmentation SegmentWithHints(const Segmenter& segmenter, const cv::Mat& image, const Hints& hints,
                              const std::vector<int>& classes, const ClassesOfName& classes_of) {
  if (hints.empty()) return segmenter.Segment(image, classes);
  return Session(segmenter, image, classes, classes_of).Segment(hints);
}

}  // namespace gradcut
