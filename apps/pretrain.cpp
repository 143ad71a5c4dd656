// pretrain: BERT and RoBERTa, from text to a checkpoint.
#include "pretrain_commands.h"

int main(int argc, char** argv) {
  CLI::App app("", "pretrain");
  yoso::apps::describe_program(app, "Pretrain BERT and RoBERTa, from text to a checkpoint.");
  yoso::apps::add_prepare(app);
  yoso::apps::add_tokenize(app);
  yoso::apps::add_train(app);
  yoso::apps::add_eval(app);
  yoso::apps::add_table(app);
  yoso::apps::add_extend(app);
  yoso::apps::add_fill_mask(app);
  yoso::apps::add_import(app);
  yoso::apps::add_export(app);
  return yoso::apps::run_program(app, argc, argv);
}
