"""finetune_imported_test.py PRETRAIN LIBTORCH: models of transformers as a user takes them through `pretrain import`,
`finetune train`, `finetune predict` and `pretrain export`: the classifier that comes out says in transformers what
`finetune predict` said here, in the words of its task. Ends with 77 (skipped) without transformers."""
import csv
import json

import support

support.require("torch", "transformers")
import torch
import transformers as t

from hugging_face import SIZES, draw, load, save
from support import folder, root, run, samples, settings

torch.manual_seed(1)
TOLERANCE = 2e-6  # predictions are printed with six decimals
PAIRS = list(csv.DictReader((samples / "glue/MRPC/test.tsv").open(encoding="utf-8-sig"), delimiter="\t",
                            quoting=csv.QUOTE_NONE))


def finetuned(name, *options):
    """A few steps from the imported model, then out again: the classifier as transformers loads it."""
    run("finetune", "train", root / "configs/smoke/glue.yaml", "--quiet", "--output", f"{name}-tuned",
        *settings(model__init_from=f"{name.split('-for-')[0]}-run", train__duration="6 steps"), *options)
    run("pretrain", "export", f"{name}-tuned", "--output", f"{name}-there")
    return load(f"{name}-there", t.AutoModelForSequenceClassification)


def predicted(name, texts, keys):
    """Rows of `finetune predict` for texts or pairs of texts, which come as JSON lines under these keys."""
    lines = [json.dumps(dict(zip(keys, text))) for text in texts]
    (folder / "input.jsonl").write_text("\n".join(lines) + "\n")
    said = run("finetune", "predict", f"{name}-tuned", "--input", "input.jsonl", "--probabilities", "--quiet")
    return list(csv.DictReader(said.splitlines(), delimiter="\t"))


def logits_there(name, model, texts):
    """One text after the other, as their YOSO does not mask padding."""
    tokenizer = t.AutoTokenizer.from_pretrained(folder / f"{name}-there")
    with torch.no_grad():
        return torch.cat([model(**tokenizer(*text, return_tensors="pt")).logits for text in texts]).double()


def same_classes(name, model, texts, keys, words):
    """Both say the same of every text, in the same words. Returns what they said."""
    assert model.config.id2label == dict(enumerate(words)), model.config.id2label
    assert model.config.label2id == {word: i for i, word in enumerate(words)}
    rows, there = predicted(name, texts, keys), torch.softmax(logits_there(name, model, texts), -1)
    here = torch.tensor([[float(row[word]) for word in words] for row in rows], dtype=torch.double)
    off = (here - there).abs().max().item()
    assert len(rows) == len(texts) and off < TOLERANCE, (name, off)
    assert (there - there[0]).abs().max() > 1e-4, f"{name}: says the same of all texts"
    assert [row["prediction"] for row in rows] == [model.config.id2label[i] for i in there.argmax(-1).tolist()]
    print(f"{name}: probabilities of {len(texts)} texts differ by at most {off:.1e}")
    return [row["prediction"] for row in rows]


sizes = dict(SIZES, max_position_embeddings=130)
yoso = dict(sizes, hash_code_len=6, layer_norm_eps=1e-5)
cases = {
    "bert": ("bert", t.BertForMaskedLM(t.BertConfig(**sizes))),
    "roberta": ("roberta", t.RobertaForMaskedLM(t.RobertaConfig(**sizes, type_vocab_size=1))),
    "yoso": ("bert", t.YosoForMaskedLM(t.YosoConfig(**yoso, type_vocab_size=2))),
    "yoso-conv": ("roberta", t.YosoForMaskedLM(t.YosoConfig(**yoso, conv_window=5))),
}
pairs = [(row["#1 String"], row["#2 String"]) for row in PAIRS]
for name, (kind, model) in cases.items():
    save(name, draw(model), kind)
    run("pretrain", "import", name, "--output", f"{name}-run")
    head = settings(model__compat="hf") if name.startswith("yoso") else []  # their YOSO's head has GELU
    tuned = finetuned(name, *settings(task__data=samples / "glue"), *head)
    trained = "encoder.layer.0.attention.self.value.weight"
    assert not torch.equal(tuned.base_model.get_parameter(trained), model.base_model.get_parameter(trained))
    said = same_classes(name, tuned, pairs, ("#1 String", "#2 String"), ["0", "1"])
    run("finetune", "predict", f"{name}-tuned", "--quiet")
    submission = (folder / f"{name}-tuned/predictions/MRPC.tsv").read_text().splitlines()
    assert submission[1:] == [f"{i}\t{word}" for i, word in enumerate(said)], submission

# Classes that are words, and numbers: one output without a name.
texts = [(row["text"],) for row in csv.DictReader((samples / "labelled_text/test.tsv").open(), delimiter="\t")]
own = settings(task="{name: labelled_text, train: %s, dev_share: 0.2}" % (samples / "labelled_text/train.tsv"))
same_classes("bert-for-words", finetuned("bert-for-words", *own), texts, ("text",), ["bad", "good"])

(folder / "numbers.tsv").write_text("text\tlabel\n" + "".join(f"the {'sea ' * i}\t{i / 2}\n" for i in range(1, 9)) * 4)
own = settings(task="{name: labelled_text, train: numbers.tsv, target: number, dev_share: 0.2}")
model = finetuned("bert-for-numbers", *own)
assert model.config.problem_type == "regression" and model.config.num_labels == 1
assert model.config.id2label == {0: "LABEL_0"}
rows = predicted("bert-for-numbers", texts, ("text",))
there = logits_there("bert-for-numbers", model, texts).squeeze(-1)
off = (torch.tensor([float(row["prediction"]) for row in rows], dtype=torch.double) - there).abs().max().item()
assert off < TOLERANCE * max(1, there.abs().max().item()), off
print(f"bert-for-numbers: {len(texts)} numbers differ by at most {off:.1e}")
