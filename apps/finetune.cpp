// finetune: GLUE and other tasks on texts, from a pretrained encoder to a submission.
#include "finetune_commands.h"

int main(int argc, char** argv) {
  CLI::App app("", "finetune");
  yoso::apps::describe_program(app, "Train and score models on GLUE and other tasks on texts.");
  yoso::apps::add_train(app);
  yoso::apps::add_eval(app);
  yoso::apps::add_predict(app);
  yoso::apps::add_sweep(app);
  yoso::apps::add_glue_table(app);
  yoso::apps::add_submit(app);
  yoso::apps::add_score(app);
  return yoso::apps::run_program(app, argc, argv);
}
