#pragma once

#include <cmath>
#include <cstdint>

namespace gradcut {

// A sum of fractions in [0, 1] that comes out the same in every order and by every way of adding
// parts, as no sum of floating-point numbers does: whole multiples of 2^-90, cut off below. Holds
// 2^33 fractions.
class ExactSum {
 public:
  void Add(double fraction) {
    const double scaled = std::ldexp(fraction, kHighBits);
    const double high = std::floor(scaled);
    AddParts(static_cast<std::int64_t>(high),
             static_cast<std::int64_t>(std::ldexp(scaled - high, kLowBits)));
  }

  // Multiples of 2^-30, and what is below, of 2^-90.
  void AddParts(std::int64_t high, std::int64_t low) {
    low_ += low;
    high_ += high + (low_ >> kLowBits);
    low_ &= (std::int64_t{1} << kLowBits) - 1;
  }
  ExactSum& operator+=(const ExactSum& other) {
    AddParts(other.high_, other.low_);
    return *this;
  }

  std::int64_t high() const { return high_; }
  std::int64_t low() const { return low_; }
  double value() const {
    return std::ldexp(static_cast<double>(high_), -kHighBits) +
           std::ldexp(static_cast<double>(low_), -kHighBits - kLowBits);
  }

 private:
  static constexpr int kHighBits = 30, kLowBits = 60;
  std::int64_t high_ = 0, low_ = 0;
};

}  // namespace gradcut
