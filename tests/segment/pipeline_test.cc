// Many images at a time through all stages give what one at a time gives. The preset `tsan` runs
// this under the thread sanitizer. Threads are the standard library's: TBB, which the program works
// with (`WorkInOrder`), is not built with the sanitizer, which would call its hand-overs races.
#include "gradcut/cut/prior_cut.h"
#include "gradcut/image/image_io.h"
#include "gradcut/render/cutout.h"
#include "gradcut/render/render.h"
#include "gradcut/segment/segmenter.h"
#include "support/fake_classifier.h"
#include "support/photos.h"

#include <gtest/gtest.h>

#include <atomic>
#include <opencv2/core.hpp>
#include <string>
#include <thread>
#include <vector>

namespace gradcut {
namespace {

constexpr std::size_t kImages = 24;
constexpr int kManyJobs = 24;

using Bytes = std::vector<std::uint8_t>;

std::vector<Bytes> EncodedPhotos() {
  std::vector<Bytes> photos;
  for (std::size_t i = 0; i < kImages; ++i) {
    const cv::Mat photo = Photo(static_cast<int>(i), {64, 48});
    photos.push_back(i % 2 == 0 ? EncodePng(photo) : EncodeJpeg(photo, 95));
  }
  return photos;
}

// What `make` makes of each photo.
template <class Make>
std::vector<Bytes> MakeAll(const std::vector<Bytes>& photos, int jobs, const Make& make) {
  std::vector<Bytes> made(photos.size());
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> workers;
  for (int job = 0; job < jobs; ++job)
    workers.emplace_back([&] {
      for (std::size_t i = next++; i < photos.size(); i = next++)
        made[i] = make(DecodeImage(photos[i], "photo"));
    });
  workers.clear();  // Waits for them.
  return made;
}

class PipelineTest : public ::testing::Test {
 protected:
  // OpenCV's is one number for the process, to be set before there are threads.
  static void SetUpTestSuite() { cv::setNumThreads(1); }

  const std::vector<Bytes> photos_ = EncodedPhotos();
};

TEST_F(PipelineTest, MasksDoNotDependOnTheJobs) {
  for (const std::string& preset : PresetNames()) {
    const Segmenter segmenter(CellClassifier({1, 0.5, -1}), PresetOptions(preset));
    const auto make = [&](const cv::Mat& photo) {
      const Segmentation found = segmenter.Segment(photo);
      Bytes bytes = EncodePng(found.mask);
      const Bytes cutout = EncodePng(Cutout(photo, found.mask, {.feather = 2}));
      bytes.insert(bytes.end(), cutout.begin(), cutout.end());
      return bytes;
    };
    EXPECT_EQ(MakeAll(photos_, kManyJobs, make), MakeAll(photos_, 1, make)) << preset;
  }
}

TEST_F(PipelineTest, RefinedMapsDoNotDependOnTheJobs) {
  const auto make = [](const cv::Mat& photo) {
    cv::Mat red, log_odds;
    cv::extractChannel(photo, red, 0);
    red.convertTo(log_odds, CV_32F, 1.0 / 64, -2);
    const std::vector<cv::Mat> two = {log_odds, 0.5 * log_odds};
    return EncodePng(CutByPriors(photo, two, {}).labels);
  };
  EXPECT_EQ(MakeAll(photos_, kManyJobs, make), MakeAll(photos_, 1, make));
}

}  // namespace
}  // namespace gradcut
