#pragma once

#include <string_view>
#include <vector>

namespace gradcut {

// The number that a text is, white space around it apart; NaN for any other text and for what is
// not finite.
double FiniteNumber(std::string_view text);

// The words of a line, between spaces and tabs.
std::vector<std::string_view> WordsOf(std::string_view line);

}  // namespace gradcut
