// lra: the Long Range Arena, from data to tables.
#include "lra_commands.h"
#include "yoso/commands/list.h"

int main(int argc, char** argv) {
  using namespace yoso;
  CLI::App app("", "lra");
  apps::describe_program(app, "Train and score models on the Long Range Arena.");
  apps::add_generate(app);
  apps::add_prepare(app);
  apps::add_train(app);
  apps::add_eval(app);
  apps::add_lra_table(app);
  apps::add_sweep(app);
  apps::add_bench(app);
  apps::add_command(app, "list", "tasks and attentions with their options", [] {
    commands::list_command();
    return 0;
  });
  return apps::run_program(app, argc, argv);
}
