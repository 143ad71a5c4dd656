"""spin_bench.py BIN [REPEATS]: tokens a second of trainings with two threads under several bounds of OpenMP's spin, alone and
beside one and two busy loops: what apps/bounded_spin.cpp chooses its bound by. BIN: the folder of the programs. Every figure
is the best of REPEATS (2) runs of some seconds, the settings taken in turn; run it on a machine with nothing else to do."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

BIN = pathlib.Path(sys.argv[1]).resolve()
REPEATS = int(sys.argv[2]) if len(sys.argv) > 2 else 2
ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = pathlib.Path(tempfile.mkdtemp())
SETTINGS = {
    "300000": {"GOMP_SPINCOUNT": "300000"},  # the run time's own, where nothing is set
    "30000": {"GOMP_SPINCOUNT": "30000"},
    "10000": {"GOMP_SPINCOUNT": "10000"},
    "3000": {"GOMP_SPINCOUNT": "3000"},
    "1000": {"GOMP_SPINCOUNT": "1000"},
    "passive": {"OMP_WAIT_POLICY": "passive"},
}


def run(*command, **environment):
    usual = {key: value for key, value in os.environ.items() if key not in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")}
    subprocess.run([str(word) for word in command], check=True, env=usual | environment, stdout=subprocess.DEVNULL,
                   stderr=subprocess.PIPE, cwd=WORK)


def listops(name, *options):
    run(BIN / "lra", "generate", "listops", "--output", name, "--train", "4000", "--dev", "50", "--test", "50", *options)
    return f"task.data={WORK / name}"


def text():
    words = (ROOT / "README.md").read_text(encoding="utf8")
    (WORK / "text.txt").write_text(words * 20, encoding="utf8")
    (WORK / "mlm.yaml").write_text(f"""
model: {{layers: 2, dim: 512, heads: 8, ffn_dim: 2048, max_length: 512}}
attention: yoso
corpus: {{tokenizer: "bert:{ROOT / 'tests/support/samples/tokenizers/bert/vocab.txt'}", shards: shards,
         sources: [{{input: text.txt}}]}}
task: {{name: mlm, objective: roberta}}
train: {{batch_size: 8}}
""")
    run(BIN / "pretrain", "prepare", "mlm.yaml")
    return WORK / "mlm.yaml"


MODELS = {
    "lra, 2 layers of 64, length 64": ["lra", ROOT / "configs/lra/quick/yoso.yaml", "--set",
                                       listops("short", "--min-length", "10", "--max-length", "64")],
    "lra, 2 layers of 64, length 2000": ["lra", ROOT / "configs/lra/listops.yaml", "--set", listops("long")],
    "mlm, 2 layers of 512, length 512": ["pretrain", text()],
}


def tokens_per_second(model, setting):
    program, config, *options = MODELS[model]
    shutil.rmtree(WORK / "run", ignore_errors=True)
    pace = ["train.duration=0.002 hours", "train.warmup=0 hours", "train.eval_every=1 hours", "train.save_every=1 hours",
            "run.log_every=1"]
    run(BIN / program, "train", config, *options, *[word for key in pace for word in ("--set", key)], "--threads", "2",
        "--output", "run", "--quiet", **SETTINGS[setting])
    records = [json.loads(line) for line in (WORK / "run/metrics.jsonl").open()]
    rates = sorted(record["tokens_per_second"] for record in records if record["split"] == "train")
    return rates[len(rates) // 2]


print("model | busy loops | " + " | ".join(SETTINGS))
for model in MODELS:
    for busy in range(3):
        loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(busy)]
        try:
            rounds = [{setting: tokens_per_second(model, setting) for setting in SETTINGS} for _ in range(REPEATS)]
        finally:
            for loop in loops:
                loop.kill()
                loop.wait()
        print(f"{model} | {busy} | " + " | ".join(f"{max(r[s] for r in rounds):,.0f}" for s in SETTINGS), flush=True)
shutil.rmtree(WORK)
