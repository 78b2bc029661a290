#include "gradcut/segment/sheet.h"

#include "gradcut/core/image.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

constexpr int kPanelWidth = 320;
constexpr int kMargin = 8;
constexpr int kLineHeight = 18;
constexpr double kFontScale = 0.45;

std::string Ascii(std::string text) {
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';
  return text;
}

// A picture of the panels' width with its caption, margins around.
cv::Mat Framed(const Panel& panel, int lines) {
  CheckImage(panel.image, "Sheet: image");
  const int height =
      std::max(1, static_cast<int>(std::lround(static_cast<double>(kPanelWidth) * panel.image.rows /
                                               panel.image.cols)));
  const cv::Size picture(kPanelWidth, height);
  cv::Mat framed(height + lines * kLineHeight + 2 * kMargin, kPanelWidth + 2 * kMargin, CV_8UC3,
                 cv::Scalar::all(255));
  Resize(panel.image, picture).copyTo(framed(cv::Rect({kMargin, kMargin}, picture)));
  int baseline = kMargin + height;
  for (const std::string& line : panel.caption)
    cv::putText(framed, Ascii(line), {kMargin, baseline += kLineHeight}, cv::FONT_HERSHEY_SIMPLEX,
                kFontScale, cv::Scalar::all(0), 1, cv::LINE_AA);
  return framed;
}

}  // namespace

cv::Mat Sheet(std::span<const Panel> panels, int columns) {
  std::size_t lines = 0;
  for (const Panel& panel : panels) lines = std::max(lines, panel.caption.size());
  std::vector<cv::Mat> rows;
  const auto width = static_cast<std::size_t>(columns);
  for (std::size_t first = 0; first < panels.size(); first += width) {
    std::vector<cv::Mat> row;
    int height = 0;
    for (const Panel& panel : panels.subspan(first, std::min(width, panels.size() - first))) {
      row.push_back(Framed(panel, static_cast<int>(lines)));
      height = std::max(height, row.back().rows);
    }
    cv::Mat joined(height, columns * (kPanelWidth + 2 * kMargin), CV_8UC3, cv::Scalar::all(255));
    for (std::size_t i = 0; i < row.size(); ++i)
      row[i].copyTo(joined(cv::Rect({static_cast<int>(i) * row[i].cols, 0}, row[i].size())));
    rows.push_back(joined);
  }
  cv::Mat sheet;
  cv::vconcat(rows, sheet);
  return sheet;
}

}  // namespace gradcut
