// The modules without the programs: a classifier with YOSO attention gives finite logits.
#include <ATen/ATen.h>
#include <yoso/config/experiment.h>
#include <yoso/nn/attention/attention.h>
#include <yoso/nn/sequence_classifier.h>

int main() {
  const yoso::config::ModelConfig model;
  const auto attention =
      yoso::nn::resolve_attention(yoso::config::Tree::text("yoso", "here"), model.layers,
                                  yoso::nn::attention_shape(model, /*seed=*/1));
  yoso::nn::SequenceClassifier classifier(model, attention, /*vocab_size=*/10, /*classes=*/3,
                                          /*seed=*/1);
  const at::Tensor logits = classifier(at::arange(8).unsqueeze(0));
  return logits.isfinite().all().item<bool>() && logits.size(1) == 3 ? 0 : 1;
}
