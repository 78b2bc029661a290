#pragma once

#include <optional>
#include <string>

namespace gradcut {

// Numbers and names as tables show them; nothing and NaN are "-", in CSV an empty field.

std::string Cell(std::optional<double> value);  // 4 decimals, none for large whole numbers
std::string Signed(double value);               // 4 decimals with a sign
std::string CsvField(double value);             // all digits
std::string CsvField(const std::string& text);  // quoted where RFC 4180 wants it

}  // namespace gradcut
