#pragma once

#include "gradcut/graphcut/energy.h"

#include <iosfwd>
#include <string_view>

namespace gradcut {

/// Writes the flow network of an energy in the DIMACS format for maximum flow, which other solvers
/// read: node 1 is the source, 2 the sink, `3 + i` pixel i; an arc either way for each pair. The
/// maximum flow is that of `MinCut`. Comments `c grid ROWS COLS` and `c constant C` carry the rest.
void WriteDimacs(const GridEnergy& energy, std::ostream& out);

/// Reads what `WriteDimacs` writes. `name` stands for the file in messages. Throws `Error` naming
/// file and line for anything else: no grid, arcs between pixels that are no neighbours, a pair
/// with unequal arcs, numbers out of range, or a grid of more than 2^20 pixels and than the file
/// has bytes: what a line asks for is at most 36 times the file.
GridEnergy ReadDimacs(std::istream& in, std::string_view name);

}  // namespace gradcut
