#include <memory>

#include "pretrain_commands.h"
#include "yoso/commands/export.h"
#include "yoso/commands/import.h"
#include "yoso/interop/hugging_face/architecture.h"

namespace yoso::apps {

void add_import(CLI::App& app) {
  auto options = std::make_shared<commands::ImportOptions>();
  CLI::App* command = add_command(app, "import", "make a run folder from a Hugging Face model",
                                  [options] { return commands::import_command(*options); });
  command->footer(
      "Reads config.json with model.safetensors (or the files that its index names) "
      "and the tokenizer\nfiles, of the classes " +
      interop::architecture_names() +
      ".\nEvery tensor is listed; nothing is written before all are checked.");
  command->add_option("folder", options->from, "Hugging Face folder")
      ->required()
      ->type_name("FOLDER");
  command->add_option("--output", options->output, "folder for the model, new or empty")
      ->required()
      ->type_name("DIR");
  command
      ->add_option("--tokenizer", options->tokenizer,
                   "KIND:PATH, when the folder has none (see tokenize)")
      ->type_name("KIND:PATH");
  command
      ->add_option("--shards", options->shards,
                   "corpus.shards of its configuration (default: OUTPUT/shards)")
      ->type_name("DIR");
  command
      ->add_option(
          "--attention", options->attention,
          "another kind of attention than the folder's: the weights are a start to train further from")
      ->type_name("KIND");
  command
      ->add_option("--compat", options->compat,
                   "hf: padding takes part in YOSO attention, as in transformers")
      ->check(CLI::IsMember({"none", "hf"}))
      ->capture_default_str();
  command->add_option("--labels", options->labels, "classifiers: the classes in another order")
      ->type_name("A,B,...");
  command->add_flag("--lenient", options->lenient,
                    "give missing tensors initial values and leave out unknown ones");
  command->add_flag("--quiet", options->quiet, "only the table of tensors");
}

void add_export(CLI::App& app) {
  auto options = std::make_shared<commands::ExportOptions>();
  CLI::App* command = add_command(app, "export", "make a Hugging Face folder from a model",
                                  [options] { return commands::export_command(*options); });
  command->footer(
      "Models with YOSO attention become YOSO under its dense expectation, "
      "those with softmax BERT or,\n"
      "with model.position_offset, RoBERTa. Masked language models and classifiers of texts.");
  command->add_option("run", options->from, "run folder, or a checkpoint folder of one")
      ->required()
      ->type_name("RUN");
  command->add_option("--output", options->output, "folder for the model, new or empty")
      ->required()
      ->type_name("DIR");
  command->add_option("--labels", options->labels, "classifiers: names of the classes, in order")
      ->type_name("A,B,...");
  command->add_flag("--quiet", options->quiet, "only the table of tensors");
}

}  // namespace yoso::apps
