"""Small models of transformers, and exported folders as transformers reads them. For tests; `support.require` first."""
import torch
import transformers

from support import folder, samples

SIZES = dict(vocab_size=400, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48)

transformers.logging.disable_progress_bar()


def draw(model):
    """All parameters at random, so that no two can be taken for each other."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.normal_(1 if name.endswith("norm.weight") or "LayerNorm.weight" in name else 0, 0.2)
    return model.eval()


def save(name, model, kind, **options):
    """Writes a folder as a user has it, with the small tokenizer of a kind, which is returned."""
    model.save_pretrained(folder / name, **options)
    tokenizer_class = transformers.BertTokenizer if kind == "bert" else transformers.RobertaTokenizer
    tokenizer = tokenizer_class.from_pretrained(samples / "tokenizers" / kind)
    tokenizer.save_pretrained(folder / name)
    return tokenizer


def load(name, model_class):
    """An exported folder; not a key too many or too few."""
    model, info = model_class.from_pretrained(folder / name, output_loading_info=True)
    for problem in ("missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs"):
        assert not info.get(problem), (name, problem, info[problem])
    return model.eval()
