#include <memory>

#include "pretrain_commands.h"
#include "yoso/commands/extend.h"

namespace yoso::apps {

void add_extend(CLI::App& app) {
  auto options = std::make_shared<commands::ExtendOptions>();
  CLI::App* command =
      add_command(app, "extend", "make a model for longer inputs from a trained one",
                  [options] { return commands::extend_command(*options); });
  command->add_option("run", options->from, "run folder, or a checkpoint folder of one")
      ->required()
      ->type_name("RUN");
  command->add_option("--length", options->length, "new model.max_length: positions are repeated")
      ->required()
      ->check(CLI::Range(int64_t{2}, int64_t{1} << 24))
      ->type_name("N");
  command
      ->add_option("--bits", options->bits,
                   "another number of hash bits; stored hashes are sampled again (default: kept)")
      ->check(CLI::Range(int64_t{1}, int64_t{16}))
      ->type_name("T");
  command->add_option("--output", options->output, "folder for the longer model")
      ->required()
      ->type_name("DIR");
  command->add_flag("--quiet", options->quiet, "print nothing");
}

}  // namespace yoso::apps
