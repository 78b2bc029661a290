#include "gradcut/render/sheet.h"

#include "gradcut/core/image.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

constexpr int kPanelWidth = 320;
constexpr int kMostHeight = 1280;
constexpr int kMargin = 8;
constexpr int kLineHeight = 18;
constexpr double kFontScale = 0.45;

std::string Ascii(std::string text) {
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';
  return text;
}

bool Fits(const std::string& line) {
  int below = 0;
  return cv::getTextSize(line, cv::FONT_HERSHEY_SIMPLEX, kFontScale, 1, &below).width <=
         kPanelWidth;
}

// A caption's lines, those that are too long broken: at spaces if that will do.
std::vector<std::string> Wrapped(const std::vector<std::string>& caption) {
  std::vector<std::string> lines;
  for (const std::string& whole : caption) {
    std::string rest = Ascii(whole);
    while (!Fits(rest)) {
      std::size_t end = rest.size();
      while (end > 1 && !Fits(rest.substr(0, end))) --end;
      const std::size_t space = rest.rfind(' ', end);
      const bool at_space = space != std::string::npos && space > 0;
      lines.push_back(rest.substr(0, at_space ? space : end));
      rest.erase(0, at_space ? space + 1 : end);
    }
    lines.push_back(rest);
  }
  return lines;
}

// As wide as the panels, or less for a photo that would be higher than anyone looks at.
cv::Size PictureSize(cv::Size image) {
  const double scale = std::min(static_cast<double>(kPanelWidth) / image.width,
                                static_cast<double>(kMostHeight) / image.height);
  return {std::max(1, static_cast<int>(std::lround(scale * image.width))),
          std::max(1, static_cast<int>(std::lround(scale * image.height)))};
}

// A picture of the panels' width with its caption, margins around.
cv::Mat Framed(const cv::Mat& image, const std::vector<std::string>& caption, std::size_t lines) {
  const cv::Size picture = PictureSize(image.size());
  cv::Mat framed(picture.height + static_cast<int>(lines) * kLineHeight + 2 * kMargin,
                 kPanelWidth + 2 * kMargin, CV_8UC3, cv::Scalar::all(255));
  Resize(image, picture)
      .copyTo(framed(cv::Rect({kMargin + (kPanelWidth - picture.width) / 2, kMargin}, picture)));
  int baseline = kMargin + picture.height;
  for (const std::string& line : caption)
    cv::putText(framed, line, {kMargin, baseline += kLineHeight}, cv::FONT_HERSHEY_SIMPLEX,
                kFontScale, cv::Scalar::all(0), 1, cv::LINE_AA);
  return framed;
}

}  // namespace

cv::Mat Sheet(std::span<const Panel> panels, int columns) {
  std::size_t lines = 0;
  std::vector<std::vector<std::string>> captions;
  for (const Panel& panel : panels) {
    CheckImage(panel.image, "Sheet: image");
    lines = std::max(lines, captions.emplace_back(Wrapped(panel.caption)).size());
  }
  std::vector<cv::Mat> rows;
  const auto width = static_cast<std::size_t>(columns);
  for (std::size_t first = 0; first < panels.size(); first += width) {
    std::vector<cv::Mat> row;
    int height = 0;
    for (std::size_t i = first; i < std::min(first + width, panels.size()); ++i) {
      row.push_back(Framed(panels[i].image, captions[i], lines));
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
