#include "cli/commands/mask_command.h"

#include "cli/commands/batch_ending.h"
#include "cli/flags/option_flag.h"
#include "gradcut/render/cutout.h"
#include "gradcut/workflow/mask.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace gradcut {

namespace {

// A flag that changes nothing would be taken for one that did.
void WarnOfCutoutFlags(const PhotoFlags& flags, const PhotoOptions& options, Console& console) {
  if (std::any_of(options.save.begin(), options.save.end(), IsCutout)) return;
  const OptionTexts given = BothNames(flags.recipe.given.options, flags.recipe.short_options);
  for (const auto& [flag, key] : ShortFlags())
    if (key.starts_with("render.") && key != "render.colour_map" &&
        given.contains(std::string(key)))
      console.Warning(
          fmt::format("{}: is for cut-outs, and none is made: add --save cutout", flag));
}

}  // namespace

ExitStatus RunMaskCommand(const PhotoFlags& flags) {
  Console console(flags.batch.effective_log_level());
  const PhotoOptions options = PhotoOptionsOf(flags);
  WarnOfCutoutFlags(flags, options, console);
  return EndBatch(MakeMasks(options, console.Control(flags.batch.jobs)), console);
}

}  // namespace gradcut
