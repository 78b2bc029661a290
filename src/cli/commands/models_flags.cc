#include "cli/commands/models_flags.h"

#include "cli/flags/examples.h"

#include <memory>

namespace gradcut {

constinit TorchBody<ModelsFlags> models_body;

namespace {

// The subcommand's flags; it runs when it was given.
std::shared_ptr<ModelsFlags> AddAction(CLI::App& command, ModelsAction action, ExitStatus& status) {
  auto flags = std::make_shared<ModelsFlags>();
  flags->action = action;
  command.callback([flags, &status] { status = models_body(*flags); });
  return flags;
}

void AddList(CLI::App& models, ExitStatus& status) {
  AddAction(*models.add_subcommand("list", "every network, and where its weights are"),
            ModelsAction::kList, status);
}

void AddInfo(CLI::App& models, ExitStatus& status) {
  CLI::App& command = *models.add_subcommand("info", "one classifier: input and layers");
  const auto flags = AddAction(command, ModelsAction::kInfo, status);
  flags->names.resize(1);
  command
      .add_option("MODEL", flags->names.front(),
                  "a network (`gradcut models list`), or a file as for --model: weights or a "
                  "TorchScript program")
      ->option_text(" ")
      ->required();
}

void AddClasses(CLI::App& models, ExitStatus& status) {
  CLI::App& command = *models.add_subcommand(
      "classes", "what --class takes: groups with their classes' indices, and classes");
  const auto flags = AddAction(command, ModelsAction::kClasses, status);
  command
      .add_option("PATTERN", flags->pattern,
                  "only those with this in their names or WordNet ids, or an index or a range")
      ->option_text(" ");
  command.add_option("--model", flags->model, "classifier, as in gradcut mask")
      ->option_text("NAME|FILE")
      ->capture_default_str();
  command.add_option("--head", flags->head, "its classes instead, as in gradcut mask")
      ->option_text("none|FILE")
      ->capture_default_str();
  command
      .add_option("--class-map", flags->class_map,
                  "groups, as in gradcut mask (default: PASCAL VOC's classes)")
      ->option_text("FILE");
}

void AddImport(CLI::App& models, ExitStatus& status) {
  CLI::App& command = *models.add_subcommand(
      "import",
      "make a weights file of torchvision's .pth or timm's .safetensors; nothing in it is run");
  const auto flags = AddAction(command, ModelsAction::kImport, status);
  command.add_option("FILE", flags->source, "what torch.save or timm wrote")->required();
  command.add_option("--arch", flags->architecture, "the network (`gradcut models list`)")
      ->option_text("NAME")
      ->required();
  command.add_option("-o,--output", flags->output, "the .safetensors file to write, for --model")
      ->option_text("FILE")
      ->required();
}

void AddCheck(CLI::App& models, ExitStatus& status) {
  CLI::App& command =
      *models.add_subcommand("check", "whether weights load and give finite scores");
  const auto flags = AddAction(command, ModelsAction::kCheck, status);
  command.add_option("MODEL", flags->names, "names out of `gradcut models list`, or files")
      ->option_text("...")
      ->required();
}

}  // namespace

void AddModelsCommand(CLI::App& app, ExitStatus& status) {
  CLI::App& models = *app.add_subcommand(
      "models", "list, describe, import and check classifiers, and list their classes");
  models.require_subcommand(1);
  AddList(models, status);
  AddInfo(models, status);
  AddClasses(models, status);
  AddImport(models, status);
  AddCheck(models, status);
  // Last: subcommands would inherit them.
  AddExamples(models, {"gradcut models list", "gradcut models info vgg19", "gradcut models classes",
                       "gradcut models classes retriever",
                       "gradcut models import vgg19-dcbb9e9d.pth --arch vgg19 -o vgg19.safetensors",
                       "gradcut models check efficientnet-lite0"});
}

}  // namespace gradcut
