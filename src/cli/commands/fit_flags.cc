#include "cli/commands/fit_flags.h"

#include "cli/flags/examples.h"
#include "cli/flags/label_source_flags.h"
#include "cli/flags/option_flag.h"
#include "cli/flags/truth_flags.h"

#include <fmt/format.h>

#include <memory>

namespace gradcut {

constinit TorchBody<FitFlags> fit_body;

void AddFitCommand(CLI::App& app, ExitStatus& status) {
  const auto flags = std::make_shared<FitFlags>();
  CLI::App& fit = *app.add_subcommand("fit", "learn classes of one's own from image-level labels");
  fit.add_option("LABELS", flags->labels.labels,
                 fmt::format("what is in each image: {}", kLabelForms))
      ->required();
  fit.add_option("--images", flags->labels.images,
                 "folder of the images (default: JPEGImages of the devkit, or else LABELS has "
                 "paths)")
      ->option_text("DIR");
  AddListFlags(fit, flags->labels.split, flags->labels.list);
  AddExtraFlags(fit, flags->extra, flags->extra_images);
  fit.add_option("-o,--output", flags->output, "the head, a .safetensors file for --head")
      ->option_text("FILE");
  fit.add_option("--model", flags->classifier.model, "classifier, as in gradcut mask")
      ->option_text("NAME|FILE")
      ->capture_default_str();
  fit.add_option("--device", flags->classifier.device, "auto, cpu, cuda or cuda:N (default auto)")
      ->option_text("DEVICE");
  fit.add_option("--size", flags->size,
                 "longer side of the network's input, pixels; 0: its native square (default 320)")
      ->option_text("N")
      ->check(CLI::Range(0, 2048));
  fit.add_option(
         "--folds", flags->head.folds,
         "parts of the images for the cross-validation that chooses the strength (default 5)")
      ->option_text("N")
      ->check(CLI::Range(2, 100));
  AddSeedFlag(
      fit, [flags](std::uint64_t seed) { flags->head.seed = seed; },
      "seed that decides the folds (default 0)");
  AddWorkFlags(fit, flags->run);
  AddExamples(fit, {"gradcut fit labels.tsv --images photos -o pets.safetensors --folds 2"});
  fit.callback([flags, &status] { status = fit_body(*flags); });
}

}  // namespace gradcut
