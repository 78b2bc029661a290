#pragma once

#include "cli/batch.h"
#include "cli/recipe.h"

#include <memory>
#include <vector>

namespace gradcut {

struct AdaptOptions {
  int rounds = 3;
};

/// Learns an objectness head (`flags.output`) from the recipe's own masks of `flags.inputs`: in
/// each round every photo is cut with the head so far (none in the first), and the next head is
/// learned from those masks. Prints how much the masks changed in each round. The same inputs give
/// the same bytes, whatever `flags.jobs`.
///
/// Each finished step is kept in a folder beside the output until the end, so that an interrupted
/// run goes on where it stopped.
ExitStatus RunAdapt(const BatchFlags& flags, const AdaptOptions& options, const Recipe& recipe,
                    const std::shared_ptr<const Classifier>& classifier,
                    const std::vector<int>& classes);

}  // namespace gradcut
