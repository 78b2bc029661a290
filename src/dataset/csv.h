#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

// A record of a CSV file.
struct CsvRecord {
  std::size_t line = 0;  // Where it begins, from 1.
  std::vector<std::string> fields = {};
};

// The records of a text by RFC 4180, lines without a character left out: fields between commas, in
// quotes where they hold commas, quotes (twice) or line breaks; lines may end with LF alone. Throws
// `Error` "NAME:LINE: cause" for quotes where none may be, and for records of other lengths than
// the first one.
std::vector<CsvRecord> ReadCsv(std::string_view text, const std::string& name);

}  // namespace gradcut
