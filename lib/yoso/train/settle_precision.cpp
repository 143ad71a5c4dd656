#include "yoso/train/settle_precision.h"

#include "yoso/runtime/device.h"
#include "yoso/runtime/precision.h"
#include "yoso/train/saved_run.h"

namespace yoso::train {

void settle_precision(tasks::ResolvedExperiment& resolved) {
  config::Precision& precision = resolved.experiment.train.precision;
  if (precision != config::Precision::automatic) return;
  const std::string& output = resolved.experiment.run.output;
  if (!output.empty() && SavedRun::is_one(output)) {
    precision = tasks::resolve(SavedRun(output).config()).experiment.train.precision;
  }
  if (precision == config::Precision::automatic) {
    precision = runtime::settled(precision, runtime::choose_device(resolved.experiment.run.device));
  }
}

void warn_of_precision(config::Precision precision, c10::Device device, Log& log) {
  if (precision != config::Precision::bfloat16 || runtime::has_bfloat16(device)) return;
  log.warn("precision bfloat16: " + device.str() +
           " has no instructions for it; float32 is several times as fast here");
}

}  // namespace yoso::train
