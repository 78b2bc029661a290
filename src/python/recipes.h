#pragma once

#include "gradcut/cut/cut_options.h"
#include "gradcut/cut/prior_cut.h"
#include "gradcut/options/option_texts.h"
#include "gradcut/priors/heat_prior.h"

#include <nanobind/nanobind.h>

namespace gradcut::python {

// The options of `segment`: those of a preset, and texts by key over them. Throws `Error` for an
// unknown preset or key, and for values that are not allowed.
struct SegmentRecipe {
  SegmentRecipe(const std::string& preset, const OptionTexts& texts);
  CutOptions options;
};

// The options of `refine`, likewise.
struct RefineRecipe {
  explicit RefineRecipe(const OptionTexts& texts);
  HeatPriorOptions prior;
  PriorCutOptions cut;
};

void BindRecipes(nanobind::module_& module);

}  // namespace gradcut::python
