"""convert_original_test.py PRETRAIN LIBTORCH: checkpoints in the layout of the original suite, made here with its names,
through scripts/convert_original.py and our programs. What the programs compute from them is compared with the model
written down here by its formulas. Ends with 77 (skipped) without torch."""
import json
import math
import sys

import support

support.require("torch")
import torch

from support import folder, root, run, samples

torch.manual_seed(1)
WORDS, LENGTH, LAYERS, DIM, HEADS, HIDDEN, BITS = 400, 24, 2, 16, 2, 24, 5
VOCABULARY = support.tokenizer("bert")
SCRIPT = root / "scripts/convert_original.py"


def convert_file(*arguments, code=0):
    """With the packages that come with LibTorch alone."""
    return run(sys.executable, SCRIPT, *arguments, code=code, PYTHONPATH=support.wheels)


def convert(state, config, name, *options, code=0, **beside):
    torch.save({"model_state_dict": state, **beside}, folder / f"{name}.model")
    (folder / f"{name}.json").write_text(json.dumps(config))
    return convert_file(f"{name}.model", "--config", f"{name}.json", "--output", name, *options, code=code)


def linear(state, name, out, width):
    state[f"{name}.weight"] = torch.randn(out, width) * 0.3
    state[f"{name}.bias"] = torch.randn(out) * 0.1


def norm(state, name, width):
    state[f"{name}.weight"] = 1 + 0.2 * torch.randn(width)
    state[f"{name}.bias"] = 0.1 * torch.randn(width)


def layer(state, name, window=0, feed_forward=("ff.0", "ff.2")):
    for part in ("W_q", "W_k", "W_v", "ff"):
        linear(state, f"{name}.mha.{part}", DIM, DIM)
    if window:
        state[f"{name}.mha.attn.conv.weight"] = torch.randn(HEADS, 1, window, 1) * 0.3
    norm(state, f"{name}.norm1", DIM)
    linear(state, f"{name}.{feed_forward[0]}", HIDDEN, DIM)
    linear(state, f"{name}.{feed_forward[1]}", DIM, HIDDEN)
    norm(state, f"{name}.norm2", DIM)


def language_model(embedding, offset, types, layers, **options):
    state = {"model.embeddings.word_embeddings.weight": torch.randn(WORDS, embedding) * 0.3,
             "model.embeddings.position_embeddings.weight": torch.randn(LENGTH + offset, embedding) * 0.3,
             "model.embeddings.token_type_embeddings.weight": torch.randn(types, embedding) * 0.3}
    if embedding != DIM:
        linear(state, "model.embeddings.dense", DIM, embedding)
    norm(state, "model.embeddings.norm", DIM)
    for name in layers:
        layer(state, name, **options)
    linear(state, "mlm.dense", embedding, DIM)
    norm(state, "mlm.norm", embedding)
    state["mlm.mlm_class.weight"] = state["model.embeddings.word_embeddings.weight"]
    state["mlm.mlm_class.bias"] = torch.randn(WORDS) * 0.1
    return state


def apply(state, name, x):
    return torch.nn.functional.linear(x, state[f"{name}.weight"], state[f"{name}.bias"])


def normal(state, name, x):
    return torch.nn.functional.layer_norm(x, x.shape[-1:], state[f"{name}.weight"], state[f"{name}.bias"], 1e-5)


def attend(state, name, x, kind):
    q, k, v = (apply(state, f"{name}.mha.{part}", x).view(len(x), HEADS, -1).transpose(0, 1)
               for part in ("W_q", "W_k", "W_v"))
    if kind == "softmax":
        context = torch.softmax(q @ k.mT / math.sqrt(q.size(-1)), -1) @ v
    else:
        unit = lambda y: torch.nn.functional.normalize(y, dim=-1)
        context = unit((1 - torch.acos((unit(q) @ unit(k).mT).clamp(-1, 1)) / math.pi) ** BITS @ v)
        if f"{name}.mha.attn.conv.weight" in state:
            weight = state[f"{name}.mha.attn.conv.weight"]
            context = context + torch.nn.functional.conv2d(v[None], weight, padding=(weight.size(2) // 2, 0),
                                                           groups=HEADS)[0]
    return apply(state, f"{name}.mha.ff", context.transpose(0, 1).reshape(len(x), DIM))


def logits(state, ids, layers, offset, kind, feed_forward=("ff.0", "ff.2")):
    embed = lambda name: state[f"model.embeddings.{name}_embeddings.weight"]
    x = embed("word")[ids] + embed("position")[offset:offset + len(ids)] + embed("token_type")[0]
    if "model.embeddings.dense.weight" in state:
        x = apply(state, "model.embeddings.dense", x)
    x = normal(state, "model.embeddings.norm", x)
    gelu = torch.nn.functional.gelu
    for name in layers:
        x = normal(state, f"{name}.norm1", x + attend(state, name, x, kind))
        hidden = gelu(apply(state, f"{name}.{feed_forward[0]}", x))
        x = normal(state, f"{name}.norm2", x + apply(state, f"{name}.{feed_forward[1]}", hidden))
    return apply(state, "mlm.mlm_class", normal(state, "mlm.norm", gelu(apply(state, "mlm.dense", x))))


def check_language_model(name, state, config, layers, offset, kind, **options):
    said = json.loads(run("pretrain", "fill-mask", name, "the [MASK] of the house", "--json", "--top", WORDS))["masks"][0]
    (folder / "text").write_text("the [MASK] of the house\n")
    ids = [int(word) for word in run("pretrain", "tokenize", "--special", "--tokenizer", VOCABULARY, "text").split()]
    expected = torch.softmax(logits(state, ids, layers, offset, kind, **options)[ids.index(4)].double(), -1)
    off = max(abs(filling["probability"] - expected[filling["id"]].item()) for filling in said)
    assert len(said) == WORDS and off < 1e-4, (name, off)
    print(f"{name}: probabilities differ by at most {off:.1e}")


sizes = dict(vocab_size=WORDS, max_seq_len=LENGTH, num_layers=LAYERS, dropout_prob=0.1, dim=DIM, hidden_dim=HIDDEN,
             num_head=HEADS, head_dim=DIM // HEADS, mixed_precision=True, num_sen_type=2, shared_weight=False)
expectation = dict(attn_type="yoso-v1-e", hash_code_len=BITS, num_hash=8, use_fast_hash=True)

# BERT: factorised embeddings, pooler and four labels of pairs; YOSO-E with a convolution; data-parallel names.
blocks = [f"model.backbone.encoders.{i}" for i in range(LAYERS)]
bert = language_model(12, 0, 2, blocks, window=3)
linear(bert, "model.pooler.dense", 12, DIM)
linear(bert, "sen_class", 4, 12)
config = {"model": dict(sizes, embedding_dim=12, **expectation, conv_window=3)}
convert({f"module.{key}": tensor for key, tensor in bert.items()}, config, "bert", "--tokenizer", VOCABULARY,
        optimizer_state_dict={"state": {}, "param_groups": []}, epoch=3)
check_language_model("bert", bert, config, blocks, 0, "yoso")

# RoBERTa: two rows before the first position, nested wrappers, softmax.
blocks = [f"model.backbone.backbone.encoders.{i}" for i in range(LAYERS)]
roberta = language_model(DIM, 2, 1, blocks)
config = dict(sizes, embedding_dim=DIM, attn_type="softmax")
convert(roberta, config, "roberta", "--tokenizer", VOCABULARY)
check_language_model("roberta", roberta, config, blocks, 2, "softmax")

# One block for all layers; the older private layout.
shared = language_model(DIM, 0, 2, ["model.backbone.encoder"])
config = dict(sizes, embedding_dim=DIM, **dict(expectation, attn_type="yoso-v2", hashcode_len=BITS, num_hash_f=-1))
convert(shared, dict(config, shared_weight=True), "shared", "--tokenizer", VOCABULARY)
check_language_model("shared", shared, config, ["model.backbone.encoder"] * LAYERS, 0, "yoso")
blocks = [f"model.transformer_{i}" for i in range(LAYERS)]
older = language_model(DIM, 2, 1, blocks, feed_forward=("ff1", "ff2"))
convert(older, config, "older", "--tokenizer", VOCABULARY)
check_language_model("older", older, config, blocks, 2, "yoso", feed_forward=("ff1", "ff2"))

# Sampled: hashes are drawn here, the same at every call.
blocks = [f"model.backbone.encoders.{i}" for i in range(LAYERS)]
sampled = language_model(DIM, 0, 2, blocks)
convert(sampled, dict(sizes, embedding_dim=DIM, **dict(expectation, attn_type="yoso-v1")), "sampled",
        "--tokenizer", VOCABULARY)
fill = ("pretrain", "fill-mask", "sampled", "the [MASK] of the house", "--json")
assert run(*fill) == run(*fill)
assert "hash_family: hadamard" in (folder / "sampled/config.yaml").read_text()

# A fine-tuned RoBERTa exports as a classifier.
classifier = {key: tensor for key, tensor in roberta.items() if not key.startswith("mlm.")}
linear(classifier, "sen_classifer.dense", DIM, DIM)
linear(classifier, "sen_classifer.classifer", 3, DIM)
convert(classifier, dict(sizes, embedding_dim=DIM, attn_type="softmax"), "classifier", "--tokenizer",
        support.tokenizer("roberta"))
run("pretrain", "export", "classifier", "--output", "classifier-there")
assert json.loads((folder / "classifier-there/config.json").read_text())["architectures"] == [
    "RobertaForSequenceClassification"]

# Long Range Arena, every attention whose tensors have names of their own; scored on rows of ListOps.
(folder / "text.txt").write_text("no data of a task\n")
arena = dict(max_seq_len=32, num_layers=LAYERS, embedding_dim=DIM, transformer_dim=DIM, transformer_hidden_dim=HIDDEN,
             num_head=HEADS, head_dim=DIM // HEADS, vocab_size=32, dropout_prob=0.1, attention_dropout=0.1,
             pooling_mode="MEAN", num_classes=10)
for attention, own in (({"attn_type": "softmax"}, None),
                       ({"attn_type": "yoso-v1", "hash_code_len": 4, "num_hash": 8, "conv_window": 5}, "conv"),
                       ({"attn_type": "linformer", "linformer_k": 8}, "E"),
                       ({"attn_type": "nystrom", "num_landmarks": 8, "conv_kernel_size": 3}, "conv")):
    state = {"model.embeddings.word_embeddings.weight": torch.randn(32, DIM),
             "model.embeddings.position_embeddings.weight": torch.randn(32, DIM)}
    window = attention.get("conv_window", attention.get("conv_kernel_size", 0))
    shared_projection = torch.randn(HEADS, 8, 32)
    for i in range(LAYERS):
        layer(state, f"model.encoders.{i}", window=window, feed_forward=("mlpblock.0", "mlpblock.3"))
        if own == "E":
            state[f"model.encoders.{i}.mha.attn.E"] = shared_projection.clone()
    norm(state, "model.norm", DIM)
    linear(state, "seq_classifer.mlpblock.0", HIDDEN, DIM)
    linear(state, "seq_classifer.mlpblock.2", 10, HIDDEN)
    name = f"arena-{attention['attn_type']}"
    convert(state, dict(arena, **attention), name, "--task", "listops", "--data", samples / "listops")
    scored = json.loads(run("lra", "eval", name, "--json", "--quiet"))
    assert scored["results"][0]["rows"] > 0 and math.isfinite(scored["results"][0]["loss"]), scored
    print(f"{name}: loss {scored['results'][0]['loss']:.4f}")

# Mistakes: one line, the exit codes of the programs, nothing written.
good = dict(sizes, embedding_dim=DIM, attn_type="softmax")
tokenizer = ("--tokenizer", VOCABULARY)
for state, config, options, code, part in (
        (dict(roberta, extra=torch.zeros(1)), good, tokenizer, 3, "extra: has no place"),
        (dict(roberta, **{"mlm.mlm_class.weight": torch.zeros(WORDS, DIM)}), good, tokenizer, 3, "differs from another"),
        (roberta, dict(good, attn_type="big-bird"), tokenizer, 2, "unknown attention big-bird"),
        (roberta, dict(good, num_layers=3), tokenizer, 2, "3 layers, but the checkpoint has 2"),
        (roberta, dict(good, hidden_dim=7), tokenizer, 2, "feed_forward.intermediate [7, 16]"),
        (roberta, dict(good, head_dim=4), tokenizer, 2, "head_dim"),
        (roberta, {"attn_type": "softmax"}, tokenizer, 2, "dim: missing"),
        (roberta, good, (), 2, "--tokenizer: missing")):
    said = convert(state, config, "wrong", *options, code=code)
    assert part in said and said.startswith("error: ") and said.count("\n") == 1, said
    assert not (folder / "wrong").exists()
said = convert(roberta, good, "bert", *tokenizer, code=2)
assert "is there already" in said
(folder / "text.model").write_text("no pickle")
said = convert_file("text.model", "--config", "bert.json", "--output", "x", code=3)
assert "is no checkpoint of tensors" in said and said.count("\n") == 1, said
