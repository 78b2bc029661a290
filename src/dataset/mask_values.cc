#include "dataset/mask_values.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/storage/file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

constexpr int kLastVocClass = 20;

int HalfOf(int white) { return white == 0 ? 128 : (white + 1) / 2; }

// Which values occur, the ignored one left out.
struct Values {
  bool any = false;         // Other than 0.
  bool low = false;         // 1 to 126, where white is 255.
  bool middle = false;      // 127.
  bool high = false;        // From 128 on.
  bool white = false;       // 255.
  bool voc = false;         // 1 to 20.
  bool beyond_voc = false;  // 21 to 254.
  int largest = 0;
};

Values ValuesOf(const cv::Mat& labels, int white, int ignore) {
  Values values;
  const int half = HalfOf(white);
  const auto note = [&](int value) {
    if (value == 0 || (value == ignore && ignore != kVoid)) return;
    values.any = true;
    values.low |= value > 0 && value < half - 1;
    values.middle |= value == half - 1;
    values.high |= value >= half;
    values.white |= value == white;
    values.voc |= value > 0 && value <= kLastVocClass;
    values.beyond_voc |= value > kLastVocClass && value != kVoid;
    values.largest = std::max(values.largest, value);
  };
  if (labels.depth() == CV_8U) {
    std::array<bool, 256> occurs = {};
    for (int row = 0; row < labels.rows; ++row)
      for (int col = 0; col < labels.cols; ++col) occurs[labels.at<std::uint8_t>(row, col)] = true;
    for (int value = 0; value < 256; ++value)
      if (occurs[value]) note(value);
  } else {
    std::for_each(labels.begin<int>(), labels.end<int>(), note);
  }
  return values;
}

// The largest difference of neighbours.
double LargestStep(const cv::Mat& numbers) {
  double step = 0;
  const int rows = numbers.rows, cols = numbers.cols;
  if (cols > 1)
    step = cv::norm(numbers.colRange(1, cols), numbers.colRange(0, cols - 1), cv::NORM_INF);
  if (rows > 1)
    step = std::max(
        step, cv::norm(numbers.rowRange(1, rows), numbers.rowRange(0, rows - 1), cv::NORM_INF));
  return step;
}

// A map that reaches its largest value by small steps, over most values below it.
template <class Number>
bool IsSmooth(const cv::Mat& numbers, int largest) {
  if (2 * LargestStep(numbers) > largest) return false;
  constexpr int kLevels = 128;
  std::array<bool, kLevels + 1> occurs = {};
  std::for_each(numbers.begin<Number>(), numbers.end<Number>(), [&](Number number) {
    const float value = std::max(0.F, static_cast<float>(number));
    occurs[static_cast<std::size_t>(value * kLevels / static_cast<float>(largest))] = true;
  });
  const auto levels = std::count(occurs.begin(), occurs.end(), true);
  return 2 * levels > std::min(largest, kLevels);
}

// How many pixels of a mask are what.
struct Brightness {
  int between = 0;  // Neither nearly black nor nearly white.
  int bright = 0;   // Nearly white.
  int off_white = 0;
  int passed = 0;  // Between, and between a lower and a higher neighbour.
};

Brightness CountBrightness(const cv::Mat& numbers, int white) {
  // Close to black and to white is what compression leaves there.
  const double margin = white / 16.0;
  const cv::Mat square = cv::Mat::ones(3, 3, CV_8U);
  constexpr int kRows = 256;  // Not all at once: that would take nine times the mask's memory.
  Brightness count;
  for (int row = 0; row < numbers.rows; row += kRows) {
    const cv::Mat strip = numbers.rowRange(row, std::min(row + kRows, numbers.rows));
    const cv::Mat bright = strip >= white - margin;
    const cv::Mat between = (strip > margin) & ~bright;
    cv::Mat lowest, highest;
    cv::erode(strip, lowest, square);  // OpenCV looks at the rows around a part, too.
    cv::dilate(strip, highest, square);
    count.between += cv::countNonZero(between);
    count.bright += cv::countNonZero(bright);
    count.off_white += cv::countNonZero(bright & (strip < white));
    count.passed += cv::countNonZero(between & (lowest < strip) & (highest > strip));
  }
  return count;
}

// Whether more than a quarter of the values up to white occur: maps have them.
bool HasManyLevels(const cv::Mat& numbers, int white) {
  if (numbers.depth() != CV_8U || white != 255) return false;
  std::array<bool, 256> occurs = {};
  std::for_each(numbers.begin<std::uint8_t>(), numbers.end<std::uint8_t>(),
                [&](std::uint8_t value) { occurs[value] = true; });
  return std::count(occurs.begin(), occurs.end(), true) > 64;
}

// Whether values between black and white are transitions from one to the other, as edges that were
// anti-aliased, scaled, blurred or written as JPEG have them. Ids are areas, most of whose pixels
// are not between a lower and a higher one. `white` is not 0.
bool HasSoftEdges(const cv::Mat& numbers, int white) {
  const Brightness count = CountBrightness(numbers, white);
  if (count.between == 0) return count.off_white > 0;
  // Most of what a compression changed is close to white and black, where ids are seldom.
  constexpr double kFewBetween = 0.2;
  if (count.between <= kFewBetween * count.off_white) return true;
  constexpr double kFewSlopes = 0.08;  // Measured: ids below 0.05, nine of ten maps above.
  if (HasManyLevels(numbers, white)) return count.passed >= kFewSlopes * count.between;
  constexpr double kMostBetween = 8;  // Times the bright ones.
  if (count.between > kMostBetween * count.bright) return false;
  constexpr double kFewTransitions = 0.3;  // Measured: ids below 0.1, soft edges above 0.4.
  return count.passed >= kFewTransitions * count.between;
}

bool LooksSoft(const cv::Mat& labels, const Values& values, int white) {
  if (labels.depth() == CV_8U)
    return HasSoftEdges(labels, white) || IsSmooth<std::uint8_t>(labels, values.largest);
  cv::Mat numbers;
  labels.convertTo(numbers, CV_32F);
  return HasSoftEdges(numbers, white) || IsSmooth<float>(numbers, values.largest);
}

ReadAs HowToRead(const MaskFile& file, const MaskReading& reading) {
  switch (file.form) {
    case MaskForm::kAlpha:
      return ReadAs::kAlpha;
    case MaskForm::kFractions:
      return ReadAs::kFractions;
    default:
      break;
  }
  if (reading.values != MaskValues::kAuto) return ReadAs::kForced;
  if (file.form == MaskForm::kPalette || file.form == MaskForm::kVocColours)
    return ReadAs::kIndices;
  const Values values = ValuesOf(file.labels, file.white, reading.ignore);
  const bool wide = file.labels.depth() != CV_8U;
  const ReadAs ids = wide ? ReadAs::kWideIds : values.white ? ReadAs::kIdsAndVoid : ReadAs::kIds;
  const bool indices = !wide && values.voc && !values.beyond_voc;
  ReadAs how = ids;
  if (!values.any)
    how = ReadAs::kNothing;
  else if (file.white == 0 || indices)
    how = ids;
  else if (!values.low && values.high && (values.middle || values.white))
    how = ReadAs::kBright;
  else if (values.low && LooksSoft(file.labels, values, file.white))
    how = ReadAs::kSoft;
  if (how == ReadAs::kBright && reading.white == WhiteMeans::kIsVoid && !wide)
    return ReadAs::kIdsAndVoid;
  if (how == ReadAs::kIdsAndVoid && reading.white == WhiteMeans::kIsObject) return ReadAs::kBright;
  return how;
}

MaskValues MeaningOf(ReadAs how, MaskValues forced) {
  switch (how) {
    case ReadAs::kBright:
    case ReadAs::kSoft:
    case ReadAs::kAlpha:
    case ReadAs::kFractions:
      return MaskValues::kThreshold;
    case ReadAs::kWideIds:
      return MaskValues::kObject;
    case ReadAs::kForced:
      return forced;
    default:
      return MaskValues::kIndex;
  }
}

// The object's labels; void and further background are still in it.
cv::Mat LabelsOf(const MaskFile& file, MaskValues meaning) {
  const cv::Mat& labels = file.labels;
  if (meaning == MaskValues::kThreshold) return (labels >= HalfOf(file.white)) & 1;
  if (meaning == MaskValues::kIndex && labels.depth() == CV_8U) return labels.clone();
  cv::Mat objects = (labels != 0) & 1;
  if (meaning == MaskValues::kIndex) objects.setTo(kVoid, labels == kVoid);
  return objects;
}

void RequireNoNegative(const cv::Mat& labels, const cv::Mat& read,
                       const std::filesystem::path& path) {
  if (labels.depth() == CV_8U) return;
  double least = 0;
  cv::Point where;
  cv::minMaxLoc(labels, &least, nullptr, &where, nullptr, read != kVoid);
  Require(
      least >= 0,
      "{}: has the value {} at row {}, column {}, expected none below 0 (in the truth, --ignore "
      "{} takes it for void)",
      Printable(path), least, where.y, where.x, least);
}

// Writes the further void and background into labels that were made of `values`.
void ApplyFurther(const cv::Mat& values, const MaskReading& reading, cv::Mat& labels) {
  if (reading.background != 0) labels.setTo(0, values == reading.background);
  if (reading.ignore != kVoid) labels.setTo(kVoid, values == reading.ignore);
}

}  // namespace

std::string Described(ReadAs how, MaskValues forced) {
  switch (how) {
    case ReadAs::kNothing:
      return "background alone (all values are 0)";
    case ReadAs::kIndices:
      return "0 background, 255 void, else object (palette indices or VOC colours)";
    case ReadAs::kIds:
      return "0 background, else object (no value is 255, or bits are few)";
    case ReadAs::kIdsAndVoid:
      return "0 background, 255 void, else object (255 stands beside other values)";
    case ReadAs::kWideIds:
      return "0 background, else object (values above 255, or ignored ones below 0)";
    case ReadAs::kBright:
      return "object from half of white on, 128 of 255 (all values are 0 or in that half)";
    case ReadAs::kSoft:
      return "object from half of white on, 128 of 255 (values between look anti-aliased or soft)";
    case ReadAs::kAlpha:
      return "object where alpha is at least half (cut-outs)";
    case ReadAs::kFractions:
      return "object from 0.5 on (numbers from 0 to 1)";
    case ReadAs::kForced:
      break;
  }
  switch (forced) {
    case MaskValues::kObject:
      return "0 background, else object (as asked for)";
    case MaskValues::kThreshold:
      return "object from half of white on, 128 of 255 (as asked for)";
    default:
      return "0 background, 255 void, else object (class indices: a devkit, or asked for)";
  }
}

ReadLabels ToObjects(const MaskFile& file, const MaskReading& reading,
                     const std::filesystem::path& path) {
  ReadLabels read;
  read.how = HowToRead(file, reading);
  const MaskValues meaning = MeaningOf(read.how, reading.values);
  read.labels = LabelsOf(file, meaning);
  if (read.how == ReadAs::kAlpha || read.how == ReadAs::kFractions) return read;
  ApplyFurther(file.labels, reading, read.labels);
  RequireNoNegative(file.labels, read.labels, path);
  return read;
}

cv::Mat ToClasses(const MaskFile& file, const MaskReading& reading, int classes,
                  const std::filesystem::path& path) {
  Require(file.form != MaskForm::kAlpha, "{}: is a cut-out, expected class indices",
          Printable(path));
  Require(file.form != MaskForm::kFractions, "{}: has fractions, expected class indices",
          Printable(path));
  const cv::Mat& values = file.indices.empty() ? file.labels : file.indices;
  cv::Mat labels = values.clone();
  ApplyFurther(values, reading, labels);
  const cv::Mat wrong = (labels != kVoid) & ((labels < 0) | (labels >= classes));
  if (cv::countNonZero(wrong) > 0) {
    std::vector<cv::Point> where;
    cv::findNonZero(wrong, where);
    const cv::Point first = where.front();
    cv::Mat number;
    labels(cv::Rect(first, cv::Size(1, 1))).convertTo(number, CV_32S);
    Fail(
        "{}: has class index {} (row {}, column {}), expected 0 to {} or {}; --classes FILE names "
        "other classes",
        Printable(path), number.at<int>(0), first.y, first.x, classes - 1, kVoid);
  }
  labels.convertTo(labels, CV_8U);
  return labels;
}

}  // namespace gradcut
