"""Writes a small Hugging Face folder of each model class that is imported, with what transformers computes from it.

Needs torch and transformers (made with 2.11.0 and 5.23.0): python make.py. Each folder holds config.json, weights and
tokenizer files as save_pretrained writes them, and expected.safetensors:

    input_ids, token_type_ids    int64 [2, length], no padding
    logits                       [2, length, vocab], of a classifier [2, classes]
    next_logits                  [2, 2], of BertForPreTraining
    padded_mask                  int64 [2, length], YOSO: 0 at the last places of the second row
    padded_logits                the logits under that mask

All weights and biases are drawn, so that no two tensors can be taken for each other.
"""

import json
import shutil
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from tokenizers.pre_tokenizers import ByteLevel

HERE = Path(__file__).parent
SIZES = dict(hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12)
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + "the sea is a house of stone and wind ##s ##ing . ,".split()
LABELS = {0: "contradiction", 1: "entailment", 2: "neutral"}


def bert_tokenizer(folder):
    """Of a vocab.txt; save_pretrained keeps tokenizer.json alone."""
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    tokenizer = transformers.BertTokenizer.from_pretrained(folder)
    (folder / "vocab.txt").unlink()
    tokenizer.save_pretrained(folder)


def roberta_tokenizer(folder):
    """Bytes and one merge, in the files of the published models."""
    tokens = ["<s>", "<pad>", "</s>", "<unk>"] + sorted(ByteLevel.alphabet()) + ["he", "<mask>"]
    (folder / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate(tokens)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\nh e\n")


def draw(model):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.normal_(1 if "LayerNorm.weight" in name or "layer_norm.weight" in name else 0, 0.3)
    return model.eval()


def make(name, model, tokenizer, **save):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    draw(model).save_pretrained(folder, **save)
    tokenizer(folder)
    for file in folder.iterdir():
        file.chmod(0o644)
    config = model.config
    ids = torch.randint(5, config.vocab_size, (2, 9))
    types = torch.zeros_like(ids)
    if config.type_vocab_size > 1:
        types[:, 5:] = 1
    expected = {"input_ids": ids, "token_type_ids": types}
    with torch.no_grad():
        output = model(input_ids=ids, token_type_ids=types)
        if "prediction_logits" in output:
            expected["logits"], expected["next_logits"] = output.prediction_logits, output.seq_relationship_logits
        else:
            expected["logits"] = output.logits
        if config.model_type == "yoso":
            mask = torch.ones_like(ids)
            mask[1, 6:] = 0
            expected["padded_mask"] = mask
            expected["padded_logits"] = model(input_ids=ids, token_type_ids=types, attention_mask=mask).logits
    assert all(x.isfinite().all() for x in expected.values()), name
    save_file({key: value.contiguous() for key, value in expected.items()}, folder / "expected.safetensors")
    (folder / "expected.safetensors").chmod(0o644)


if __name__ == "__main__":
    torch.manual_seed(1)
    bert = dict(SIZES, vocab_size=len(WORDS) + 3, max_position_embeddings=12)
    yoso = dict(bert, hash_code_len=5, type_vocab_size=2, layer_norm_eps=1e-5)
    roberta = dict(SIZES, vocab_size=262, max_position_embeddings=14, type_vocab_size=1, layer_norm_eps=1e-5)
    labels = dict(id2label=LABELS, label2id={name: i for i, name in LABELS.items()})
    classes = transformers
    make("bert", classes.BertForMaskedLM(classes.BertConfig(**bert)), bert_tokenizer)
    make("bert_next", classes.BertForPreTraining(classes.BertConfig(**bert)), bert_tokenizer)
    make("bert_classifier", classes.BertForSequenceClassification(classes.BertConfig(**bert, **labels)), bert_tokenizer)
    make("roberta", classes.RobertaForMaskedLM(classes.RobertaConfig(**roberta)), roberta_tokenizer,
         max_shard_size="8KB")
    make("roberta_classifier",
         classes.RobertaForSequenceClassification(classes.RobertaConfig(**roberta, **labels)), roberta_tokenizer)
    make("yoso", classes.YosoForMaskedLM(classes.YosoConfig(**yoso, conv_window=3)), bert_tokenizer)
    make("yoso_classifier",
         classes.YosoForSequenceClassification(classes.YosoConfig(**yoso, **labels)), bert_tokenizer)
