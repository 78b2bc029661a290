#include "gradcut/graphcut/dimacs.h"

#include "gradcut/core/error.h"
#include "graphcut/grid_arcs.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <istream>
#include <iterator>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace gradcut {
namespace {

constexpr std::int64_t kSource = 1;
constexpr std::int64_t kSink = 2;
constexpr std::int64_t kFirstPixel = 3;

// A pixel takes 36 bytes here, and the shortest line of an arc 8 in the file: above this size a
// grid may have as many pixels as its file has bytes.
constexpr std::int64_t kTrustedPixels = std::int64_t{1} << 20;

class Reader {
 public:
  Reader(std::string_view name, std::size_t bytes)
      : name_(name), most_pixels_(std::max(kTrustedPixels, static_cast<std::int64_t>(bytes))) {}

  void ReadLine(const std::string& line) {
    ++line_number_;
    std::istringstream stream(line);
    words_.assign(std::istream_iterator<std::string>(stream), {});
    if (words_.empty()) return;
    if (words_[0] == "c") return ReadComment();
    if (words_[0] == "p") return ReadProblem();
    if (words_[0] == "n") return ReadTerminal();
    if (words_[0] == "a") return ReadArc();
    Refuse("expected a line that starts with c, p, n or a");
  }

  GridEnergy Finish() {
    if (!energy_) Fail("{}: expected a comment 'c grid ROWS COLS' before the arcs", name_);
    for (int d = 0; d < GridEnergy::kDirections; ++d) {
      if (energy_->pairwise[d] != backward_[d]) {
        Fail("{}: expected arcs of the same capacity either way between neighbours", name_);
      }
    }
    if (!Any(GridEnergy::kSouthEast) && !Any(GridEnergy::kSouthWest)) {
      energy_->pairwise[GridEnergy::kSouthEast].clear();
      energy_->pairwise[GridEnergy::kSouthWest].clear();
    }
    return std::move(*energy_);
  }

 private:
  [[noreturn]] void Refuse(std::string_view what) const {
    Fail("{}, line {}: {}", name_, line_number_, what);
  }

  std::int64_t Number(std::size_t word, std::int64_t min, std::int64_t max) const {
    std::int64_t number = 0;
    if (word >= words_.size()) Refuse("the line is too short");
    const std::string& text = words_[word];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < min || number > max) {
      Refuse(fmt::format("'{}', expected a whole number in [{}, {}]", text, min, max));
    }
    return number;
  }

  bool Any(int direction) const {
    for (const std::int32_t weight : energy_->pairwise[direction]) {
      if (weight != 0) return true;
    }
    return false;
  }

  void ReadComment() {
    if (words_.size() < 3) return;
    if (words_[1] == "constant") {
      constant_ = Number(2, -kMaxConstant, kMaxConstant);
      if (energy_) energy_->constant = constant_;
    }
    if (words_[1] != "grid") return;
    const auto rows = Number(2, 0, kMaxPixels);
    const auto cols = Number(3, 0, kMaxPixels);
    if (energy_ || rows * cols > static_cast<std::int64_t>(kMaxPixels)) {
      Refuse("expected one grid of a size that fits");
    }
    if (rows * cols > most_pixels_) {
      Refuse(
          fmt::format("a grid of {} x {} pixels, for most of which a file of this size has no "
                      "arc; is it cut short?",
                      rows, cols));
    }
    energy_ = MakeGridEnergy(static_cast<int>(rows), static_cast<int>(cols), /*neighbours=*/8);
    energy_->constant = constant_;
    backward_ = energy_->pairwise;
  }

  void ReadProblem() {
    if (words_.size() != 4 || words_[1] != "max") Refuse("expected 'p max NODES ARCS'");
    if (!energy_) Refuse("expected a comment 'c grid ROWS COLS' before");
    const auto nodes = static_cast<std::int64_t>(energy_->size()) + kFirstPixel - 1;
    Number(2, nodes, nodes);
  }

  void ReadTerminal() {
    if (words_.size() != 3 || (words_[2] != "s" && words_[2] != "t")) {
      Refuse("expected 'n NODE s' or 'n NODE t'");
    }
    const std::int64_t node = words_[2] == "s" ? kSource : kSink;
    Number(1, node, node);
  }

  void ReadArc() {
    if (!energy_) Refuse("expected a comment 'c grid ROWS COLS' before");
    const auto last = static_cast<std::int64_t>(energy_->size()) + kFirstPixel - 1;
    const std::int64_t from = Number(1, kSource, last);
    const std::int64_t to = Number(2, kSource, last);
    if (from == kSource && to >= kFirstPixel) {
      return SetUnary(to - kFirstPixel, static_cast<std::int32_t>(Number(3, 0, kMaxUnary)));
    }
    if (to == kSink && from >= kFirstPixel) {
      return SetUnary(from - kFirstPixel, -static_cast<std::int32_t>(Number(3, 0, kMaxUnary)));
    }
    if (from < kFirstPixel || to < kFirstPixel) Refuse("an arc into the source or out of the sink");
    SetPair(from - kFirstPixel, to - kFirstPixel,
            static_cast<std::int32_t>(Number(3, 0, kMaxPairwise)));
  }

  void SetUnary(std::int64_t pixel, std::int32_t cost) {
    if (energy_->unary[pixel] != 0) Refuse("a second arc between this pixel and the terminals");
    energy_->unary[pixel] = cost;
  }

  void SetPair(std::int64_t from, std::int64_t to, std::int32_t weight) {
    const std::int64_t first = std::min(from, to);
    const std::int64_t second = std::max(from, to);
    const std::int64_t cols = energy_->cols;
    for (int d = 0; d < GridEnergy::kDirections; ++d) {
      if (second / cols - first / cols != kGridSteps[d].row ||
          second % cols - first % cols != kGridSteps[d].col) {
        continue;
      }
      auto& weights = from < to ? energy_->pairwise[d] : backward_[d];
      if (weights[first] != 0) Refuse("a second arc between these pixels");
      weights[first] = weight;
      return;
    }
    Refuse("an arc between pixels that are no neighbours");
  }

  std::string_view name_;
  const std::int64_t most_pixels_;
  int line_number_ = 0;
  std::vector<std::string> words_;
  std::optional<GridEnergy> energy_;
  std::array<std::vector<std::int32_t>, GridEnergy::kDirections> backward_;
  std::int64_t constant_ = 0;
};

std::size_t CountArcs(const GridEnergy& energy) {
  std::size_t arcs = 0;
  for (const std::int32_t unary : energy.unary) arcs += unary != 0;
  for (const auto& weights : energy.pairwise) {
    for (const std::int32_t weight : weights) arcs += weight != 0 ? 2 : 0;
  }
  return arcs;
}

}  // namespace

void WriteDimacs(const GridEnergy& energy, std::ostream& out) {
  Check(energy);
  out << "c grid " << energy.rows << ' ' << energy.cols << '\n'
      << "c constant " << energy.constant << '\n'
      << "p max " << energy.size() + 2 << ' ' << CountArcs(energy) << '\n'
      << "n " << kSource << " s\n"
      << "n " << kSink << " t\n";
  const ArcOffsets offsets = MakeArcOffsets(energy.cols);
  for (std::size_t i = 0; i < energy.size(); ++i) {
    const auto node = static_cast<std::int64_t>(i) + kFirstPixel;
    const std::int32_t unary = energy.unary[i];
    if (unary > 0) out << "a " << kSource << ' ' << node << ' ' << unary << '\n';
    if (unary < 0) out << "a " << node << ' ' << kSink << ' ' << -unary << '\n';
    for (int d = 0; d < GridEnergy::kDirections; ++d) {
      const std::int32_t weight = energy.pairwise[d].empty() ? 0 : energy.pairwise[d][i];
      if (weight == 0) continue;
      out << "a " << node << ' ' << node + offsets[d] << ' ' << weight << '\n'
          << "a " << node + offsets[d] << ' ' << node << ' ' << weight << '\n';
    }
  }
}

GridEnergy ReadDimacs(std::istream& in, std::string_view name) {
  std::string text(std::istreambuf_iterator<char>(in), {});
  Require(!in.bad(), "{}: cannot be read", name);
  Reader reader(name, text.size());
  std::istringstream lines(std::move(text));
  for (std::string line; std::getline(lines, line);) reader.ReadLine(line);
  return reader.Finish();
}

}  // namespace gradcut
