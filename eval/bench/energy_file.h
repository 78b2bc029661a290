#pragma once

#include "gradcut/graphcut/energy.h"

#include <filesystem>

namespace gradcut {

/// An energy as 32-bit integers in this machine's byte order: rows, columns, unary costs, then the
/// weights to the east, south, south-east and south-west, zeros included.
void WriteEnergy(const GridEnergy& energy, const std::filesystem::path& path);
GridEnergy ReadEnergy(const std::filesystem::path& path);

}  // namespace gradcut
