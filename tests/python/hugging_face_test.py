"""hugging_face_test.py PRETRAIN LIBTORCH: folders that `pretrain export` writes, as transformers sees them, and models
that `pretrain import` reads, against transformers on the same ids. Ends with 77 (skipped) without transformers."""
import json

import support

support.require("torch", "transformers")
import torch
import transformers as t

from hugging_face import SIZES, draw, load, save
from support import folder, root, run, settings

torch.manual_seed(1)
TOLERANCE = 1e-4
TEXTS = {"bert": "the [MASK] of the house", "roberta": "the<mask> of the house"}


def same(model, other, kind):
    """Equal weights, and so equal logits."""
    for key, tensor in other.state_dict().items():
        assert torch.equal(model.state_dict()[key], tensor), key
    ids = torch.randint(5, 400, (2, 11))
    with torch.no_grad():
        a, b = model(ids), other(ids)
    key = "prediction_logits" if "prediction_logits" in a else "logits"
    assert torch.equal(a[key], b[key]), kind


def same_tokens(name, kind, text):
    """The exported tokenizer gives the ids of ours."""
    (folder / "text").write_text(text + "\n")
    ours = run("pretrain", "tokenize", "--special", "--tokenizer", support.tokenizer(kind), "text")
    theirs = t.AutoTokenizer.from_pretrained(folder / name)(text)["input_ids"]
    assert theirs == list(map(int, ours.split())), (name, theirs, ours)
    return torch.tensor([theirs])


def fills_alike(run_name, model, ids, mask, text):
    """What fill-mask says is softmax of the logits."""
    said = json.loads(run("pretrain", "fill-mask", run_name, text, "--json", "--top", 400))["masks"][0]
    with torch.no_grad():
        output = model(ids)
    logits = output["prediction_logits" if "prediction_logits" in output else "logits"]
    place = ids[0].tolist().index(mask)
    there = torch.softmax(logits[0, place].double(), -1)
    off = max(abs(filling["probability"] - there[filling["id"]].item()) for filling in said)
    assert len(said) == 400 and off < TOLERANCE, (run_name, off)
    print(f"{run_name}: probabilities differ by at most {off:.1e}")


yoso = dict(SIZES, max_position_embeddings=24, hash_code_len=6)
cases = {
    "BertForMaskedLM": ("bert", t.BertConfig(**SIZES, max_position_embeddings=24)),
    "BertForPreTraining": ("bert", t.BertConfig(**SIZES, max_position_embeddings=24)),
    "BertForSequenceClassification": ("bert", t.BertConfig(**SIZES, num_labels=3)),
    "RobertaForMaskedLM": ("roberta", t.RobertaConfig(**SIZES, max_position_embeddings=26, type_vocab_size=1)),
    "RobertaForSequenceClassification": ("roberta", t.RobertaConfig(**SIZES, max_position_embeddings=26)),
    "YosoForMaskedLM": ("roberta", t.YosoConfig(**yoso, conv_window=5, layer_norm_eps=1e-5)),
    "YosoForSequenceClassification": ("bert", t.YosoConfig(**yoso, num_labels=4)),
}
for name, (kind, config) in cases.items():
    model = draw(getattr(t, name)(config))
    tokenizer = save(name, model, kind, max_shard_size="60KB" if name == "RobertaForMaskedLM" else "5GB")
    table = run("pretrain", "import", name, "--output", f"{name}-run")
    assert " 0 left out, 0 missing" in table, table
    run("pretrain", "export", f"{name}-run", "--output", f"{name}-back")
    same(load(f"{name}-back", getattr(t, name)), model, name)
    ids = same_tokens(f"{name}-back", kind, TEXTS[kind])
    if "Sequence" not in name:
        fills_alike(f"{name}-run", model, ids, tokenizer.mask_token_id, TEXTS[kind])
assert (folder / "RobertaForMaskedLM/model.safetensors.index.json").exists()

# Models of our own training.
(folder / "text.txt").write_text("\n\n".join("the house of the sea\nthe sea was the house" for _ in range(200)))
for kind, attention, name in (("bert", "yoso_expectation", "YosoForMaskedLM"), ("bert", "softmax", "BertForMaskedLM"),
                              ("roberta", "softmax", "RobertaForMaskedLM"), ("roberta", "yoso", "YosoForMaskedLM")):
    corpus = settings(corpus__tokenizer=support.tokenizer(kind), corpus__shards=f"shards-{kind}",
                      corpus__sources="[{input: text.txt}]")
    smoke = root / f"configs/smoke/{kind}.yaml"
    run("pretrain", "prepare", smoke, *corpus, "--quiet")
    trained = f"{kind}-{attention}"
    run("pretrain", "train", smoke, "--output", trained, "--quiet", *settings(attention=attention), *corpus)
    run("pretrain", "export", trained, "--output", f"{trained}-there")
    model = load(f"{trained}-there", getattr(t, name))
    ids = same_tokens(f"{trained}-there", kind, TEXTS[kind])
    if attention != "yoso":  # sampled here, its expectation there
        mask = t.AutoTokenizer.from_pretrained(folder / f"{trained}-there").mask_token_id
        fills_alike(trained, model, ids, mask, TEXTS[kind])
print("all folders load without a missing or unexpected key")
