#include "benchmark/attention/options.h"

namespace yoso::bench {

void add_options(CLI::App& app, Options& o) {
  app.add_option("--level", o.level, "operators, or modules of the table of attentions")
      ->check(CLI::IsMember({"operators", "modules"}));
  app.add_option("--lengths", o.lengths)->delimiter(',')->check(CLI::PositiveNumber);
  app.add_option("--head-dims", o.head_dims)->delimiter(',')->check(CLI::PositiveNumber);
  app.add_option("--batch", o.shape.batch)->check(CLI::PositiveNumber);
  app.add_option("--heads", o.shape.heads)->check(CLI::PositiveNumber);
  app.add_option("--cosines", o.cosines, "mean cosines between rows; 0: random rows")
      ->delimiter(',')
      ->check(CLI::Range(0.0, 0.99));
  app.add_option(
         "--inputs", o.inputs,
         "rows of those mean cosines, or all near one of four directions, so that all share "
         "a handful of buckets")
      ->check(CLI::IsMember({"cosines", "one_bucket"}));
  app.add_option("--real", o.real, "share of every sequence that is real; the rest is masked")
      ->check(CLI::Range(0.001, 1.0));
  app.add_option("--trained", o.trained,
                 "instead: queries, keys and values that attention_dump took from a trained model")
      ->type_name("FILE");
  app.add_option("--types", o.types)->delimiter(',')->check(CLI::IsMember({"float32", "bfloat16"}));
  app.add_option("--hashes", o.choice.hashes)->delimiter(',')->check(CLI::PositiveNumber);
  app.add_option("--gradients", o.choice.gradients)
      ->delimiter(',')
      ->check(CLI::IsMember({"lower_bound", "unbiased", "expected_lower_bound"}));
  app.add_option("--families", o.choice.families)
      ->delimiter(',')
      ->check(CLI::IsMember({"hadamard", "hyperplane"}));
  app.add_option("--groups", o.choice.groups, "hashes drawn per sequence and head, or per head")
      ->delimiter(',')
      ->check(CLI::IsMember({"sequence", "head"}));
  app.add_option("--longest-softmax", o.choice.longest_softmax, "no dense attention beyond");
  app.add_option("--longest-expectation", o.choice.longest_expectation, "no dense YOSO-E beyond");
  app.add_option("--attention", o.attentions,
                 "level modules: kinds with options in YAML, `;` between; all kinds by default")
      ->delimiter(';');
  app.add_option("--seconds", o.seconds, "time spent on a figure; one call is made at least");
  app.add_option("--threads", o.threads, "0: all cores");
  app.add_option("--output", o.output,
                 "folder for JSON, CSV, ratios and chart; adds to what is there")
      ->type_name("DIR");
  app.add_flag("--quick", o.quick, "lengths 512 and 1024, 0.1 s a figure");
  app.add_flag("--show", o.show, "measure nothing; print and draw what --output holds");
  app.add_flag("--markdown", o.markdown, "print the tables in Markdown");
  app.add_flag("--quiet", o.quiet, "no progress");
  app.option_defaults()->always_capture_default();
}

void settle_options(const CLI::App& app, Options& options) {
  if (!options.quick) return;
  if (app.count("--lengths") == 0) options.lengths = {512, 1024};
  if (app.count("--seconds") == 0) options.seconds = 0.1;
}

}  // namespace yoso::bench
