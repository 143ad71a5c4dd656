"""Fine-tuning throughput beside Hugging Face: the same model on the same cores, rows a second.

    python finetune_compare.py --program build/dev/bin/finetune --data glue --vocab bert/vocab.txt \
        --tasks SST-2 CoLA --precisions float32 bfloat16

Both sides train BERT with 4 layers of width 512 and softmax attention on shuffled rows cut at 128 tokens, batches of 32,
dropout 0.1, AdamW, clipping; both pad a batch to its longest row, ours draw rows of like length. What is timed are whole
updates, reading of batches included, after some to warm up. Theirs is the plain loop that their Trainer makes
(DataCollatorWithPadding, DataLoader). `--attention yoso` times ours with YOSO beside it.

Needs torch, transformers and the packages below .deps/python (YOSO_PYTHON=ON scripts/setup.sh).
"""

import argparse
import json
import random
import subprocess
import tempfile
import time
from pathlib import Path

CUT, BATCH = 128, 32


def rows_of(data, task):
    lines = (Path(data) / task / "train.tsv").read_text(encoding="utf-8").splitlines()
    fields = [line.split("\t") for line in lines]
    if task == "CoLA":
        return [(row[3], int(row[1])) for row in fields]
    return [(row[0], int(row[1])) for row in fields[1:]]


def theirs(options, task, precision):
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast, DataCollatorWithPadding

    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    tokenizer = BertTokenizerFast(vocab_file=options.vocab)
    rows = rows_of(options.data, task)
    random.Random(1).shuffle(rows)
    rows = rows[: BATCH * (options.warm + options.steps)]
    encoded = tokenizer([text for text, _ in rows], truncation=True, max_length=CUT)
    samples = [
        {"input_ids": ids, "token_type_ids": types, "attention_mask": mask, "labels": label}
        for ids, types, mask, (_, label) in zip(
            encoded["input_ids"], encoded["token_type_ids"], encoded["attention_mask"], rows)
    ]
    model = BertForSequenceClassification(BertConfig(
        vocab_size=tokenizer.vocab_size, hidden_size=512, num_hidden_layers=4, num_attention_heads=8,
        intermediate_size=2048, max_position_embeddings=512))
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01)
    loader = torch.utils.data.DataLoader(
        samples, batch_size=BATCH, collate_fn=DataCollatorWithPadding(tokenizer))
    real = padded = 0
    for step, batch in enumerate(loader):
        if step == options.warm:
            begin = time.perf_counter()
            real = padded = 0
        real += int(batch["attention_mask"].sum())
        padded += batch["attention_mask"].numel()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bfloat16"):
            loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
    return BATCH * options.steps / (time.perf_counter() - begin), padded / real


def ours(options, task, precision, attention):
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "model": "{layers: 4, dim: 512, heads: 8, ffn_dim: 2048, max_length: 512, token_types: 2, norm: post, "
                     "pooling: first, dropout: 0.1, attention_dropout: 0.1, layer_norm_eps: 1e-12}",
            "attention": attention,
            "task": f"{{name: glue, subset: {task}, data: {options.data}, tokenizer: 'bert:{options.vocab}', "
                    f"max_tokens: {CUT}}}",
            "train": f"{{duration: {options.warm + options.steps} steps, batch_size: {BATCH}, bucket_batches: 50, "
                     f"lr: 1e-4, weight_decay: 0.01, clip_norm: 1, precision: {precision}, eval_every: 100000, "
                     "save_every: 100000, eval_batch: 128}",
            "run": f"{{log_every: 1, threads: {options.threads}, tensorboard: false}}",
        }
        config = Path(folder) / "bench.yaml"
        config.write_text("".join(f"{key}: {value}\n" for key, value in settings.items()))
        # It is ended once the updates are done: the scoring of dev is not what is timed.
        run = subprocess.Popen([options.program, "train", str(config), "--output", f"{folder}/run", "--quiet"])
        metrics = Path(folder) / "run/metrics.jsonl"
        records = []
        while run.poll() is None and len(records) < options.warm + options.steps:
            time.sleep(0.2)
            if metrics.exists():
                lines = metrics.read_text().splitlines()
                records = [json.loads(line) for line in lines if line.endswith("}")]
                records = [record for record in records if record["split"] == "train"]
        run.terminate()
        run.wait()
        first, last = records[options.warm - 1], records[options.warm + options.steps - 1]
        return BATCH * options.steps / (last["elapsed_s"] - first["elapsed_s"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", default="build/dev/bin/finetune")
    parser.add_argument("--data", default="../shared/data/glue")
    parser.add_argument("--vocab", default="../shared/data/tokenizers/bert/vocab.txt")
    parser.add_argument("--tasks", nargs="+", default=["SST-2", "CoLA"])
    parser.add_argument("--precisions", nargs="+", default=["float32", "bfloat16"])
    parser.add_argument("--attention", nargs="+", default=["softmax"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--warm", type=int, default=30)
    parser.add_argument("--steps", type=int, default=60)
    options = parser.parse_args()
    print(f"{'task':8}{'precision':11}{'theirs':>9}{'padding':>9}   ours, rows a second (times theirs)")
    for task in options.tasks:
        for precision in options.precisions:
            speed, padding = theirs(options, task, precision)
            cells = []
            for attention in options.attention:
                own = ours(options, task, precision, attention)
                cells.append(f"{attention} {own:.1f} ({own / speed:.2f})")
            print(f"{task:8}{precision:11}{speed:9.1f}{padding:9.2f}   {', '.join(cells)}", flush=True)


main()
