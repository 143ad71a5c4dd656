#include "yoso/bench/study.h"

#include <ATen/DeviceAccelerator.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/randint.h>
#include <c10/core/CachingDeviceAllocator.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "yoso/nn/cost.h"
#include "yoso/nn/sequence_classifier.h"
#include "yoso/runtime/memory_meter.h"
#include "yoso/runtime/precision.h"

namespace yoso::bench {
namespace {

constexpr int64_t kVocabulary = 512, kClasses = 10;

config::ModelConfig study_model(int64_t length) {
  config::ModelConfig model;
  model.layers = 6;
  model.shared_weight = true;
  model.dim = 256;
  model.heads = 4;
  model.ffn_dim = 1024;
  model.max_length = length;
  model.dropout = 0.1;
  return model;
}

nn::SequenceClassifier make_study_model(const StudyOptions& options, const StudyCell& cell) {
  const config::ModelConfig model = study_model(cell.length);
  const auto layers = nn::resolve_attention(options.attentions[cell.attention], model.layers,
                                            nn::attention_shape(model, options.seed));
  nn::SequenceClassifier classifier(model, layers, kVocabulary, kClasses, options.seed);
  classifier->to(options.device);
  classifier->train();
  return classifier;
}

void synchronize(c10::Device device) {
  if (!device.is_cpu()) at::accelerator::synchronizeDevice(std::max<int>(device.index(), 0));
}

/// A model and batches of random tokens; measures the time and memory of a step.
class StudyStep {
 public:
  StudyStep(const StudyOptions& options, const StudyCell& cell, runtime::MemoryMeter& meter)
      : options_(options), cell_(cell), meter_(meter), model_(make_study_model(options, cell)) {}

  /// Runs one step and returns its seconds.
  double run(int64_t batch) {
    const auto rows = at::TensorOptions(at::kLong).device(options_.device);
    const at::Tensor ids = at::randint(kVocabulary, {batch, cell_.length}, rows);
    const at::Tensor labels = at::randint(kClasses, {batch}, rows);
    const nn::HashSeed hash_seed{options_.seed, ++step_, at::arange(batch, rows)};
    model_->zero_grad();
    synchronize(options_.device);
    const auto begin = std::chrono::steady_clock::now();
    at::Tensor loss;
    {
      const runtime::AutocastGuard autocast(options_.precision, options_.device.type());
      loss = at::cross_entropy_loss(model_->forward(ids, {}, &hash_seed).to(at::kFloat), labels);
    }
    loss.backward();
    synchronize(options_.device);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

  /// Runs one step that is not timed, then the timed ones.
  StepMeasure measure(int64_t batch) {
    run(batch);
    meter_.restart();
    const double rows = static_cast<double>(batch);
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < options_.repeats; ++i) {
      const double ms = 1e3 * run(batch) / rows;
      sum += ms;
      squares += ms * ms;
    }
    const double count = static_cast<double>(options_.repeats), mean = sum / count;
    const double spread = std::max(0.0, squares - count * mean * mean);
    return {batch, mean, count > 1 ? std::sqrt(spread / (count - 1)) : 0,
            static_cast<double>(meter_.peak()) / 1e6 / rows};
  }

  bool fits() const { return !meter_.exceeded(); }

 private:
  const StudyOptions& options_;
  const StudyCell& cell_;
  runtime::MemoryMeter& meter_;
  nn::SequenceClassifier model_;
  int64_t step_ = 0;
};

/// Calls `work` and returns its result; false where memory ran out.
bool within_memory(c10::Device device, const std::function<bool()>& work) {
  try {
    return work();
  } catch (const c10::OutOfMemoryError&) {
    if (!device.is_cpu()) c10::getDeviceAllocator(device.type())->emptyCache();
    return false;
  }
}

/// The largest batch that fits, of 1, 2, 4, ...; 0: none. Sets cell.bound.
int64_t find_largest(const StudyOptions& options, StudyCell& cell, StudyStep& step) {
  int64_t largest = 0;
  cell.bound = "batch";
  for (int64_t batch = 1; options.max_batch == 0 || batch <= options.max_batch; batch *= 2) {
    double seconds = 0;
    const bool fits = within_memory(options.device, [&] {
      seconds = step.run(batch);
      return step.fits();
    });
    if (!fits) {
      cell.bound = "memory";
      break;
    }
    largest = batch;
    if (options.time_limit > 0 && seconds > options.time_limit) {
      cell.bound = "time";
      break;
    }
  }
  return largest;
}

void measure_largest(const StudyOptions& options, StudyCell& cell) {
  within_memory(options.device, [&] {
    runtime::MemoryMeter meter(options.device, options.memory_limit);
    StudyStep step(options, cell, meter);
    // The steps before may have left less memory than there was: then half as many rows.
    for (int64_t batch = find_largest(options, cell, step); batch > 0; batch /= 2) {
      meter.restart();
      if (within_memory(options.device, [&] {
            cell.largest = step.measure(batch);
            return true;
          })) {
        break;
      }
    }
    return true;
  });
  if (!cell.largest) cell.bound = "memory";
}

void measure_common(const StudyOptions& options, StudyCell& cell, int64_t batch) {
  within_memory(options.device, [&] {
    runtime::MemoryMeter meter(options.device, options.memory_limit);
    StudyStep step(options, cell, meter);
    cell.common = step.measure(batch);
    return true;
  });
}

}  // namespace

std::vector<StudyCell> run_study(const StudyOptions& options,
                                 const std::function<bool(const StudyCell&)>& report) {
  std::vector<StudyCell> cells;
  for (size_t attention = 0; attention < options.attentions.size(); ++attention) {
    for (const int64_t length : options.lengths) {  // errors come before any measuring
      const config::ModelConfig model = study_model(length);
      nn::resolve_attention(options.attentions[attention], model.layers,
                            nn::attention_shape(model, options.seed));
    }
  }
  for (const int64_t length : options.lengths) {
    for (size_t attention = 0; attention < options.attentions.size(); ++attention) {
      StudyCell cell;
      cell.attention = attention;
      cell.length = length;
      const config::ModelConfig model = study_model(length);
      cell.multiply_adds = nn::encoder_multiply_adds(
          model,
          nn::resolve_attention(options.attentions[attention], model.layers,
                                nn::attention_shape(model, options.seed)),
          length);
      measure_largest(options, cell);
      cells.push_back(cell);
      if (!report(cell)) return cells;
    }
  }
  int64_t common = 0;
  for (const StudyCell& cell : cells) {
    if (cell.largest)
      common = common == 0 ? cell.largest->batch : std::min(common, cell.largest->batch);
  }
  for (StudyCell& cell : cells) {
    if (!cell.largest) continue;
    if (cell.largest->batch == common) {
      cell.common = cell.largest;
    } else {
      measure_common(options, cell, common);
    }
    if (!report(cell)) return cells;
  }
  return cells;
}

}  // namespace yoso::bench
