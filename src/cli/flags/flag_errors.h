#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// The names of the commands below one, without hidden ones.
std::vector<std::string> CommandNames(const CLI::App& app);

/// What is wrong with the command line, in words that fit the program's other messages: the flag,
/// its value, and what is expected there. `command` is the one that was given below `app`.
std::string WhatIsWrong(const CLI::App& app, const CLI::App& command, const CLI::ParseError& error);

}  // namespace gradcut
