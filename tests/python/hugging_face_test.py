"""hugging_face_test.py PRETRAIN LIBTORCH: folders that `pretrain export` writes, as transformers sees them, and models
that `pretrain import` reads, against transformers on the same ids. Ends with 77 (skipped) without transformers."""
import json
import pathlib
import subprocess
import sys
import tempfile

pretrain = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, str(pathlib.Path(sys.argv[2]).resolve().parent))
samples = pathlib.Path(__file__).resolve().parents[1] / "support/samples/tokenizers"
configs = pathlib.Path(__file__).resolve().parents[2] / "configs"
try:
    import torch
    import transformers
except Exception as error:
    print(f"skipped: this Python cannot import torch and transformers: {error}")
    sys.exit(77)

transformers.logging.disable_progress_bar()
torch.manual_seed(1)
folder = pathlib.Path(tempfile.mkdtemp())
TOLERANCE = 1e-4
SIZES = dict(vocab_size=400, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48)
TEXTS = {"bert": "the [MASK] of the house", "roberta": "the<mask> of the house"}


def run(*arguments):
    done = subprocess.run([pretrain, *map(str, arguments)], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, f"{arguments}: {done.stderr}"
    return done.stdout


def draw(model):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.normal_(1 if name.endswith("norm.weight") or "LayerNorm.weight" in name else 0, 0.2)
    return model.eval()


def load(name, model_class):
    """An exported folder; not a key too many or too few."""
    model, info = model_class.from_pretrained(folder / name, output_loading_info=True)
    for problem in ("missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs"):
        assert not info.get(problem), (name, problem, info[problem])
    return model.eval()


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
    ours = run("tokenize", "--special", "--tokenizer", f"{kind}:{samples / kind}{'/vocab.txt' * (kind == 'bert')}", "text")
    theirs = transformers.AutoTokenizer.from_pretrained(folder / name)(text)["input_ids"]
    assert theirs == list(map(int, ours.split())), (name, theirs, ours)
    return torch.tensor([theirs])


def fills_alike(run_name, model, ids, mask, text):
    """What fill-mask says is softmax of the logits."""
    said = json.loads(run("fill-mask", run_name, text, "--json", "--top", 400))["masks"][0]
    with torch.no_grad():
        output = model(ids)
    logits = output["prediction_logits" if "prediction_logits" in output else "logits"]
    place = ids[0].tolist().index(mask)
    there = torch.softmax(logits[0, place].double(), -1)
    off = max(abs(filling["probability"] - there[filling["id"]].item()) for filling in said)
    assert len(said) == 400 and off < TOLERANCE, (run_name, off)
    print(f"{run_name}: probabilities differ by at most {off:.1e}")


t = transformers
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
    model.save_pretrained(folder / name, max_shard_size="60KB" if name == "RobertaForMaskedLM" else "5GB")
    tokenizer = (t.BertTokenizer if kind == "bert" else t.RobertaTokenizer).from_pretrained(samples / kind)
    tokenizer.save_pretrained(folder / name)
    table = run("import", name, "--output", f"{name}-run")
    assert " 0 left out, 0 missing" in table, table
    run("export", f"{name}-run", "--output", f"{name}-back")
    same(load(f"{name}-back", getattr(t, name)), model, name)
    ids = same_tokens(f"{name}-back", kind, TEXTS[kind])
    if "Sequence" not in name:
        fills_alike(f"{name}-run", model, ids, tokenizer.mask_token_id, TEXTS[kind])
assert (folder / "RobertaForMaskedLM/model.safetensors.index.json").exists()

# Models of our own training.
(folder / "text.txt").write_text("\n\n".join("the house of the sea\nthe sea was the house" for _ in range(200)))
for kind, attention, name in (("bert", "yoso_expectation", "YosoForMaskedLM"), ("bert", "softmax", "BertForMaskedLM"),
                              ("roberta", "softmax", "RobertaForMaskedLM"), ("roberta", "yoso", "YosoForMaskedLM")):
    tokenizer = f"{kind}:{samples / kind}{'/vocab.txt' * (kind == 'bert')}"
    corpus = ["--set", f"corpus.tokenizer={tokenizer}", "--set", f"corpus.shards=shards-{kind}",
              "--set", "corpus.sources=[{input: text.txt}]"]
    smoke = configs / f"smoke/{kind}.yaml"
    run("prepare", smoke, *corpus, "--quiet")
    trained = f"{kind}-{attention}"
    run("train", smoke, "--output", trained, "--quiet", "--set", f"attention={attention}", *corpus)
    run("export", trained, "--output", f"{trained}-there")
    model = load(f"{trained}-there", getattr(t, name))
    ids = same_tokens(f"{trained}-there", kind, TEXTS[kind])
    if attention != "yoso":  # sampled here, its expectation there
        mask = transformers.AutoTokenizer.from_pretrained(folder / f"{trained}-there").mask_token_id
        fills_alike(trained, model, ids, mask, TEXTS[kind])
print("all folders load without a missing or unexpected key")
