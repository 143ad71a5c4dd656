#include <memory>

#include "pretrain_commands.h"
#include "yoso/commands/fill_mask.h"

namespace yoso::apps {

void add_fill_mask(CLI::App& app) {
  auto options = std::make_shared<commands::FillMaskOptions>();
  CLI::App* command = add_command(app, "fill-mask", "predict the tokens for [MASK] or <mask>",
                                  [options] { return commands::fill_mask_command(*options); });
  command->add_option("run", options->run, "run folder")->required()->type_name("RUN");
  command->add_option("text", options->texts, "texts (default: lines of stdin)")->type_name("TEXT");
  command
      ->add_option("--input", options->input, "file of texts, one a line; empty lines are left out")
      ->type_name("FILE");
  command->add_option("--checkpoint", options->checkpoint, "best, latest or step-N")
      ->capture_default_str();
  command->add_option("--top", options->top, "tokens shown for each mask")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 20))
      ->capture_default_str();
  command->add_option("--device", options->device, "auto, cpu, cuda or cuda:n")
      ->capture_default_str();
  command->add_option("--threads", options->threads, "threads for tensor operations, 0: all cores")
      ->check(CLI::Range(int64_t{0}, int64_t{1024}));
  command->add_flag("--json", options->json, "one JSON object for each text");
}

}  // namespace yoso::apps
