#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

// Numbers and names as tables show them; nothing and NaN are "-", in CSV an empty field.

std::string Cell(std::optional<double> value);  // 4 decimals, none for large whole numbers
std::string Signed(double value);               // 4 decimals with a sign
std::string CsvField(double value);             // all digits
std::string CsvField(const std::string& text);  // quoted where RFC 4180 wants it

// "3 without prediction, scored as empty: a, b, c", a line with the first few; "" without keys.
std::string KeyLine(const std::vector<std::string>& keys, std::string_view what);

// What a class is called in an object that has one entry a class: its name, with its index behind
// if another class has the name.
std::string KeyFor(const std::string& name, std::int64_t index,
                   const nlohmann::ordered_json& classes);

}  // namespace gradcut
