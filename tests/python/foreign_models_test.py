"""foreign_models_test.py PRETRAIN LIBTORCH: folders as the hub has them, beside masked language models: encoders alone, heads
of other tasks, names of tensors with wrappers or without the family's prefix, no `architectures`, classifiers whose
classes come in any order. What cannot be taken is refused by name. Ends with 77 (skipped) without transformers."""
import csv
import json

import support

support.require("torch", "transformers", "safetensors")
import torch
import transformers as t
from safetensors.torch import load_file, save_file

from hugging_face import SIZES, draw, save
from support import folder, run, settings

torch.manual_seed(3)
sizes = dict(SIZES, max_position_embeddings=130)
TEXTS = ["the cat saw her", "a mouse ran to the queen", "her", "alice said that the house was in"]


def weights(name):
    return load_file(folder / name / "model.safetensors")


def rewrite(name, tensors=None, **config):
    """Changes a folder's tensors, and keys of its config.json (None: removes one)."""
    if tensors is not None:
        save_file(tensors, folder / name / "model.safetensors", {"format": "pt"})
    path = folder / name / "config.json"
    written = json.loads(path.read_text())
    for key, value in config.items():
        written.pop(key, None)
        if value is not None:
            written[key] = value
    path.write_text(json.dumps(written))


def imported(name, *options, code=0):
    return run("pretrain", "import", name, "--output", f"{name}-run", "--quiet", *options, code=code)


def encoder_of(name):
    run_weights = load_file(next((folder / f"{name}-run/checkpoints").glob("step-*")) / "model.safetensors")
    return run_weights["encoder.layers.1.attention.value.weight"]


# Encoders alone and with a head of another task: everything of the encoder is taken, the head is made, the table says so.
encoders = {
    "bert": ("bert", t.BertModel(t.BertConfig(**sizes))),
    "bert-no-pooler": ("bert", t.BertModel(t.BertConfig(**sizes), add_pooling_layer=False)),
    "roberta": ("roberta", t.RobertaModel(t.RobertaConfig(**sizes, type_vocab_size=1))),
    "yoso": ("bert", t.YosoModel(t.YosoConfig(**sizes, hash_code_len=6, type_vocab_size=2))),
    "tokens": ("bert", t.BertForTokenClassification(t.BertConfig(**sizes, num_labels=7))),
    "answers": ("roberta", t.RobertaForQuestionAnswering(t.RobertaConfig(**sizes, type_vocab_size=1))),
}
for name, (kind, model) in encoders.items():
    save(name, draw(model), kind)
    table = "\n".join(" ".join(line.split()) for line in imported(name).splitlines())
    assert "head made anew" in table and " made, 0 missing" in table, table
    assert torch.equal(encoder_of(name), model.base_model.encoder.layer[1].attention.self.value.weight), name
    if name == "bert":
        assert "bert.pooler.dense.weight taken" in table, table
    if name in ("tokens", "answers"):
        assert "left out another head" in table, table
print(f"{len(encoders)} encoders")

# The same under other names, and without a class.
plain = weights("bert")
bare = {key.removeprefix("bert."): value for key, value in plain.items()}
for prefix in ("", "bert.", "module.", "module.bert.", "_orig_mod.module.bert.", "model.bert."):
    rewrite("bert", {prefix + key: value.clone() for key, value in bare.items()}, architectures=None)
    (folder / "bert-run").rename(folder / f"old{len(prefix)}")
    imported("bert")
    assert torch.equal(encoder_of("bert"), bare["encoder.layer.1.attention.self.value.weight"]), prefix
rewrite("bert", {"strange." + key: value.clone() for key, value in bare.items()})
(folder / "bert-run").rename(folder / "old")
said = imported("bert", "--lenient", code=3)
assert "no tensor fits" in said, said
rewrite("bert", {key: value.clone() for key, value in bare.items()})
imported("bert")

# It is fine-tuned and pretrained further like any other.
(folder / "own.tsv").write_text("text\tlabel\n" + "".join(f"{TEXTS[i % 4]}\t{'ab'[i % 2]}\n" for i in range(40)))
run("finetune", "train", support.root / "configs/smoke/glue.yaml", "--quiet", "--output", "tuned", "--set",
    "task={name: labelled_text, train: own.tsv}", *settings(model__init_from="bert-run", train__duration="4 steps"))
(folder / "text.txt").write_text("\n\n".join(". ".join(TEXTS) + ".\n" + TEXTS[i % 4] for i in range(60)))
further = settings(corpus__sources="[{input: text.txt}]", corpus__shards="shards")
run("pretrain", "prepare", "bert-run/config.yaml", "--quiet", *further)
run("pretrain", "train", "bert-run", "--output", "further", "--quiet", *further, *settings(train__duration="3 steps", train__batch_size=4))
print("fine-tuned and pretrained further")

# A classifier predicts and is scored at once, and says what transformers says.
MNLI = ["entailment", "neutral", "contradiction"]
config = t.BertConfig(**sizes, id2label=dict(enumerate(MNLI)), label2id={name: i for i, name in enumerate(MNLI)})
model = draw(t.BertForSequenceClassification(config))
tokenizer = save("classifier", model, "bert")
imported("classifier")
(folder / "in.txt").write_text("\n".join(TEXTS) + "\n")
rows = list(csv.DictReader(run("finetune", "predict", "classifier-run", "--input", "in.txt", "--probabilities",
                               "--quiet").splitlines(), delimiter="\t"))
with torch.no_grad():
    there = torch.softmax(torch.cat([model(**tokenizer(text, return_tensors="pt")).logits for text in TEXTS]).double(), -1)
here = torch.tensor([[float(row[name]) for name in MNLI] for row in rows], dtype=torch.double)
assert (here - there).abs().max() < 2e-6, (here, there)
best = [MNLI[i] for i in there.argmax(-1).tolist()]
(folder / "gold.csv").write_text("sentence,gold\n" + "".join(f"{text},{word}\n" for text, word in zip(TEXTS, best)))
scored = json.loads(run("finetune", "eval", "classifier-run", "--data", "gold.csv", "--text", "sentence", "--label", "gold",
                        "--json", "--quiet"))["results"][0]
assert scored["accuracy"] == 1 and len(scored["classes"]) == 3, scored
(folder / "pairs.tsv").write_text("premise\thypothesis\n" + "".join(f"{text}\ta mouse\n" for text in TEXTS))
rows = list(csv.DictReader(run("finetune", "predict", "classifier-run", "--input", "pairs.tsv", "--text", "premise", "--second",
                               "hypothesis", "--probabilities", "--quiet").splitlines(), delimiter="\t"))
with torch.no_grad():
    there = torch.softmax(torch.cat([model(**tokenizer(text, "a mouse", return_tensors="pt")).logits for text in TEXTS]).double(), -1)
here = torch.tensor([[float(row[name]) for name in MNLI] for row in rows], dtype=torch.double)
assert (here - there).abs().max() < 2e-6, "pairs"
print("a classifier predicts and is scored at once")

# Its last layer goes where the classes of the same names are, and nowhere where they are others.
(folder / "mnli.csv").write_text("text,label\n" + "".join(f"{TEXTS[i % 4]},{best[i % 4]}\n{TEXTS[i % 4]},{MNLI[i % 3]}\n" for i in range(30)))


def start(name, data, labels):
    """The classifier as a training begins: at a learning rate of next to nothing."""
    run("finetune", "train", support.root / "configs/smoke/glue.yaml", "--quiet", "--output", name, "--set",
        f"task={{name: labelled_text, train: {data}, labels: [{', '.join(labels)}]}}",
        *settings(model__init_from="classifier-run", train__duration="1 steps", train__lr="1e-30"))
    return load_file(next((folder / f"{name}/checkpoints").glob("step-*")) / "model.safetensors")["classifier.weight"]


order = [2, 0, 1]
taken = start("matched", "mnli.csv", [MNLI[i] for i in order])
assert torch.equal(taken, model.classifier.weight[order]), "rows follow their names"
(folder / "others.csv").write_text("text,label\n" + "".join(f"{TEXTS[i % 4]},{'xyz'[i % 3]}\n" for i in range(30)))
anew = start("anew", "others.csv", list("xyz"))
assert not any(torch.equal(row, theirs) for row in anew for theirs in model.classifier.weight), "a head of other classes"
assert "the head starts anew" in (folder / "anew/log.txt").read_text()
print("classes are matched by name")

# Names that stand in two places must agree; a run without classes predicts none.
labels = folder / "classifier-run/labels.txt"
kept = labels.read_text()
labels.write_text("\n".join(reversed(kept.split())) + "\n")
for command in (("finetune", "predict", "classifier-run", "--input", "in.txt"),
                ("finetune", "train", "matched/config.yaml", "--set", "model.init_from=classifier-run", "--output", "no")):
    said = run(*command, code=2)
    assert "classifier-run/labels.txt names the classes" in said and "into both" in said, said
labels.write_text(kept)
said = run("finetune", "predict", "bert-run", "--input", "in.txt", code=2)
assert "bert-run: is a run of mlm, which is no task on texts" in said, said
print("contradictions are named")

# Refused by name.
for key, value, words in (("problem_type", "multi_label_classification", "problem_type: multi_label_classification"),
                          ("problem_type", "regression", "problem_type: regression of 3 numbers"),
                          ("quantization_config", {"bits": 4}, "quantization_config"),
                          ("pruned_heads", {"0": [1]}, "pruned_heads")):
    rewrite("classifier", **{key: value})
    said = run("pretrain", "import", "classifier", "--output", "no", code=2)
    assert words in said, said
    rewrite("classifier", **{key: None})
rewrite("classifier", id2label={"0": "a", "1": "b", "2": "a"})
said = run("pretrain", "import", "classifier", "--output", "no", code=3)
assert "the classes 0 and 2 are both named `a`" in said, said
rewrite("classifier", id2label=dict(enumerate(MNLI)))
broken = weights("classifier")
broken["classifier.bias"][0] = float("nan")
rewrite("classifier", broken)
said = run("pretrain", "import", "classifier", "--output", "no", code=3)
assert "classifier.bias: holds NaN or infinite numbers" in said, said
(folder / "classifier/model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
said = run("pretrain", "import", "classifier", "--output", "no", code=3)
assert "is a Git LFS pointer" in said, said
print("what cannot be taken is refused by name")
