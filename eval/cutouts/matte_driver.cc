// Runs gradcut's matting on raw files, for matting.py.
//
//     matte_driver ROWS COLS RUNS IMAGE TRIMAP ALPHA FOREGROUND SOFT_EDGE RADIUS
//
// IMAGE (RGB bytes) and TRIMAP (bytes: 0, 128, 255) are read; ALPHA (float32), FOREGROUND (RGB
// bytes, by that alpha) and SOFT_EDGE (bytes: `SoftEdge` of the trimap's object with half of what
// is unknown) are written. Prints the median seconds of RUNS runs of the three.
#include "gradcut/render/foreground.h"
#include "gradcut/render/matte.h"
#include "gradcut/render/soft_edge.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace {

void Read(const char* path, cv::Mat& mat) {
  std::ifstream(path, std::ios::binary)
      .read(reinterpret_cast<char*>(mat.data), static_cast<long>(mat.total() * mat.elemSize()));
}

void Write(const char* path, const cv::Mat& mat) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(mat.data),
             static_cast<long>(mat.total() * mat.elemSize()));
}

double MedianSeconds(int runs, const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int run = 0; run < runs; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

// The outline that the trimap was made around: halfway between its sides.
cv::Mat MaskOf(const cv::Mat& trimap) {
  cv::Mat to_object, to_background;
  cv::distanceTransform(trimap != 255, to_object, cv::DIST_L2, cv::DIST_MASK_5);
  cv::distanceTransform(trimap != 0, to_background, cv::DIST_L2, cv::DIST_MASK_5);
  return to_object < to_background;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 10) return 2;
  cv::setNumThreads(1);
  const int rows = std::atoi(argv[1]), cols = std::atoi(argv[2]), runs = std::atoi(argv[3]);
  cv::Mat image(rows, cols, CV_8UC3), trimap(rows, cols, CV_8UC1), alpha, foreground, soft;
  Read(argv[4], image);
  Read(argv[5], trimap);
  const cv::Mat mask = MaskOf(trimap);
  const double matte = MedianSeconds(runs, [&] { alpha = gradcut::EstimateAlpha(image, trimap); });
  const double colours =
      MedianSeconds(runs, [&] { foreground = gradcut::EstimateForeground(image, alpha); });
  const double edge =
      MedianSeconds(runs, [&] { soft = gradcut::SoftEdge(image, mask, std::atoi(argv[9])); });
  Write(argv[6], alpha);
  Write(argv[7], foreground);
  Write(argv[8], soft);
  std::printf("%.6f %.6f %.6f\n", matte, colours, edge);
}
