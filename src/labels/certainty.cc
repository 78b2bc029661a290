#include "gradcut/labels/certainty.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace gradcut {

cv::Mat WithoutUnsure(const LabelMap& map, const CertaintyOptions& options) {
  Require(options.unsure >= 0 && options.unsure <= options.confident && options.confident <= 1,
          "unsure = {} and confident = {}, must be 0 <= unsure <= confident <= 1", options.unsure,
          options.confident);
  CheckMask(map.labels, "WithoutUnsure: labels");
  CheckHeatMap(map.probability, "WithoutUnsure: probability");
  CheckSameSize(map.labels, "WithoutUnsure: labels", map.probability, "probability");
  cv::Mat kept(map.labels.size(), CV_8UC1, cv::Scalar(kVoid));
  double greatest = 0;
  cv::minMaxLoc(map.labels, nullptr, &greatest);
  for (int label = 0; label <= static_cast<int>(greatest); ++label) {
    const cv::Mat here = map.labels == label;
    cv::Mat regions;
    const int count =
        cv::connectedComponents(here & (map.probability >= options.unsure), regions, 8, CV_32S);
    std::vector<char> confident(static_cast<std::size_t>(count), 0);
    for (int pass = 0; pass < 2; ++pass)
      for (int i = 0; i < static_cast<int>(regions.total()); ++i) {
        const int region = regions.ptr<int>()[i];
        if (region == 0) continue;
        if (pass == 0)
          confident[region] |= map.probability.ptr<float>()[i] >= options.confident;
        else if (confident[region])
          kept.data[i] = static_cast<std::uint8_t>(label);
      }
  }
  return kept;
}

}  // namespace gradcut
