#pragma once

#include "gradcut/storage/file.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// The bytes of a text file as UTF-8: UTF-16 with a byte-order mark (what Windows calls "Unicode")
/// is converted, a mark of UTF-8 left out, anything else kept as it is.
std::string DecodeText(std::span<const std::uint8_t> bytes);

/// A text file, decoded. Throws like `ReadFile`.
std::string ReadText(const std::filesystem::path& path, std::uint64_t max_bytes = kMaxFileBytes);

/// The lines of a text, white space at their end left out; a last line need not end.
std::vector<std::string> LinesOf(std::string_view text);

/// The parts of a text between commas, as they stand; nothing behind a last comma is no part.
std::vector<std::string> SplitAtCommas(const std::string& text);

/// The lines of a text file, decoded. Throws like `ReadFile`.
std::vector<std::string> ReadLines(const std::filesystem::path& path);

/// Calls `visit` for each of those lines, which lives as long as the call. Holds the text alone: a
/// list of 10^7 paths costs the size of its file.
void ForEachLine(const std::filesystem::path& path,
                 const std::function<void(std::string_view line)>& visit);

/// Calls `visit` for each line of a file that programs wrote, as it stands; holds one of them at a
/// time, however large the file is. Returns whether there is such a file. Throws `Error` "PATH:
/// cause" when it cannot be read to its end: what it says may not be taken for all there was.
bool ForEachRawLine(const std::filesystem::path& path,
                    const std::function<void(const std::string& line)>& visit);

/// A name with its accents composed (Unicode's NFC), so that names which look the same are the
/// same: macOS stores them decomposed. What is not UTF-8 is kept as it is.
std::string ComposedName(std::string_view name);

}  // namespace gradcut
