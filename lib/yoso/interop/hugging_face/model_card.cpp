#include "yoso/interop/hugging_face/model_card.h"

#include "yoso/config/write.h"
#include "yoso/runtime/version.h"

namespace yoso::interop {

std::string model_card(const HuggingFaceConfig& config, const config::Tree& attention) {
  const std::string name = config.architecture.name;
  std::string text =
      "---\nlibrary_name: transformers\n---\n\n" + name + ", exported by " +
      runtime::version_text() + " from a model with `attention: " + config::to_line(attention) +
      "`.\n\n```python\nfrom transformers import AutoTokenizer, " + name + "\n\nmodel = " + name +
      ".from_pretrained(FOLDER)\ntokenizer = AutoTokenizer.from_pretrained(FOLDER)\n```\n";
  const std::string& kind = attention.find("kind")->scalar;
  if (kind == "hashed_softmax")
    text += "\nIts attention is dense softmax, which the hashed one estimates.\n";
  if (config.architecture.family != Family::yoso) return text;
  const bool sampled = kind == "yoso";
  text +=
      "\n- `use_expectation` is true: the dense expectation of YOSO attention, "
      "which needs no kernels.";
  if (sampled) text += " The model was trained with sampled attention; its hashes are not here.";
  text +=
      "\n- YOSO in transformers ignores the attention mask (but for its convolution): "
      "padding takes part in attention. Give it texts one by one, or of equal length.\n";
  return text;
}

}  // namespace yoso::interop
