// gradcut._core: the part of the package that needs no classifier. What users call, with its
// documentation, is the Python beside it.
#include "gradcut/core/error.h"
#include "gradcut/core/version.h"
#include "python/cuts.h"
#include "python/errors.h"
#include "python/masks.h"
#include "python/measures.h"
#include "python/recipes.h"
#include "python/segmenting.h"

#include <nanobind/nanobind.h>

#include <opencv2/core/utility.hpp>

NB_MODULE(_core, module) {
  using namespace gradcut::python;
  // One image is worked on by one thread: that which calls.
  cv::setNumThreads(1);
  module.attr("__version__") = std::string(gradcut::kVersion).c_str();
  nanobind::exception<gradcut::Error>(module, "Error", PyExc_ValueError).attr("__doc__") =
      "What is wrong with an argument, an option or a file, in one line.";
  TranslateErrors(module.attr("Error"));
  BindCuts(module);
  BindSegmenting(module);
  BindRecipes(module);
  BindMeasures(module);
  BindMasks(module);
}
