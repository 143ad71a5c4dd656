// pretrain: BERT and RoBERTa, from text to a checkpoint.
#include "pretrain_commands.h"

int main(int argc, char** argv) {
  CLI::App app("", "pretrain");
  yoso::apps::describe_program(app,
                               "Make token ids and token shards from text, for BERT and RoBERTa.");
  yoso::apps::add_prepare(app);
  yoso::apps::add_tokenize(app);
  return yoso::apps::run_program(app, argc, argv);
}
