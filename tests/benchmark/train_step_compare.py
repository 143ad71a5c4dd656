"""Valid tokens a second of training the harness's Text or ListOps model on real rows, batches of 32: a plain eager
PyTorch statement of the model (softmax attention, every row padded to the configured length, as published; --fused
takes PyTorch's own fused attention) or `lra train` with any attention. Only tokens that are no padding count.

    train_step_compare.py eager LIBTORCH --task text --data aclImdb_v1.tar.gz [--precision bfloat16]
    train_step_compare.py lra BUILD/bin/lra --task text --data aclImdb_v1.tar.gz [--precision bfloat16]

LIBTORCH is the folder `torch` of the wheel (.deps/torch), whose Python files are used. `eager` needs the packages that
torch imports (YOSO_PYTHON=ON ./scripts/setup.sh brings them). Each call measures one side and prints one line."""
import argparse
import json
import pathlib
import random
import re
import subprocess
import sys
import tarfile
import tempfile
import time

LENGTHS = {"text": (4000, 4096), "listops": (2000, 2048)}  # tokens of a row at most, and what rows are padded to
VOCABULARY = {"text": 512, "listops": 32}
CLASSES = {"text": 2, "listops": 10}
SYMBOLS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "[MIN", "[MAX", "[MED", "[SM", "]"]


def read_reviews(path, count):
    """The bytes of training reviews, spread over the archive or folder."""
    wanted = re.compile(r"(^|/)train/(pos|neg)/[^/]*\.txt$")
    if path.is_dir():
        files = sorted(file for file in path.glob("**/*.txt") if wanted.search(str(file)))
        return [file.read_bytes() for file in random.Random(1).sample(files, min(count, len(files)))]
    texts = []
    with tarfile.open(path) as archive:
        for member in archive:
            if wanted.search(member.name):
                texts.append(archive.extractfile(member).read())
    return random.Random(1).sample(texts, min(count, len(texts)))


def read_rows(task, path, count):
    """Lists of token ids, cut to the longest row the task takes."""
    longest = LENGTHS[task][0]
    if task == "text":
        return [[byte + 1 for byte in text[:longest]] for text in read_reviews(path, count)]
    ids = {symbol: number + 1 for number, symbol in enumerate(SYMBOLS)}
    rows = []
    with open(path / "basic_train.tsv", encoding="ascii") as lines:
        next(lines)
        for line in lines:
            words = line.split("\t")[0].replace("(", " ").replace(")", " ").split()
            rows.append([ids[word] for word in words][:longest])
            if len(rows) == count:
                break
    return rows


def eager(options):
    sys.path.insert(0, str(pathlib.Path(options.program).resolve().parent))
    import torch
    from torch import nn
    from torch.nn import functional

    torch.manual_seed(1)
    if options.threads:
        torch.set_num_threads(options.threads)
    width, heads, hidden, rate, padded = 64, 2, 128, 0.1, LENGTHS[options.task][1]

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.query, self.key, self.value, self.output = (nn.Linear(width, width) for _ in range(4))
            self.dropout = nn.Dropout(rate)

        def forward(self, x, mask):
            def split(y):
                return y.view(y.shape[0], y.shape[1], heads, width // heads).transpose(1, 2)

            q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
            with torch.autocast("cpu", enabled=False):  # the core is float32, as published
                if options.fused:
                    real = mask[:, None, None, :].bool()
                    context = functional.scaled_dot_product_attention(q.float(), k.float(), v.float(), real)
                    return self.output(context.transpose(1, 2).flatten(2))
                scores = q.float() @ k.float().transpose(-1, -2) / (width // heads) ** 0.5
                scores = scores - 1e6 * (1 - mask[:, None, None, :])
                context = self.dropout(functional.softmax(scores, dim=-1)) @ v.float()
            return self.output(context.transpose(1, 2).flatten(2))

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.attention, self.dropout = Attention(), nn.Dropout(rate)
            self.mlp = nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Dropout(rate), nn.Linear(hidden, width),
                                     nn.Dropout(rate))

        def forward(self, x, mask):
            x = x + self.dropout(self.attention(self.norm1(x), mask))
            return x + self.mlp(self.norm2(x))

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.words = nn.Embedding(VOCABULARY[options.task], width)
            self.places = nn.Embedding(padded, width)
            self.dropout, self.norm = nn.Dropout(rate), nn.LayerNorm(width)
            self.blocks = nn.ModuleList(Block() for _ in range(2))
            self.head = nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, CLASSES[options.task]))

        def forward(self, ids, mask):
            x = self.dropout(self.words(ids) + self.places.weight[: ids.shape[1]])
            for block in self.blocks:
                x = block(x, mask)
            return self.head((self.norm(x) * mask[:, :, None]).mean(1))

    rows = read_rows(options.task, pathlib.Path(options.data), 4000)
    model = Model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, eps=1e-6, weight_decay=0)
    order = random.Random(2)

    def forward_backward(part):
        ids = torch.zeros(len(part), padded, dtype=torch.long)
        for i, row in enumerate(part):
            ids[i, : len(row)] = torch.tensor(row)
        labels = torch.randint(CLASSES[options.task], (len(part),))
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.precision == "bfloat16"):
            logits = model(ids, (ids != 0).float())
        (functional.cross_entropy(logits.float(), labels, reduction="sum") / options.batch).backward()

    forward_backward(order.sample(rows, options.micro_batch))  # warms up
    begin, tokens, taken = time.perf_counter(), 0, 0
    while taken == 0 or time.perf_counter() - begin < options.seconds:
        part = order.sample(rows, options.micro_batch)
        forward_backward(part)
        tokens += sum(map(len, part))
        taken += len(part)
        if taken % options.batch == 0:
            optimizer.step()
            optimizer.zero_grad()
    return tokens / (time.perf_counter() - begin), taken


def lra(options):
    configs = pathlib.Path(__file__).resolve().parents[2] / "configs/lra"
    with tempfile.TemporaryDirectory() as folder:
        settings = [f"attention={options.attention}", f"task.data={options.data}",
                    f"task.prepared={options.prepared or folder + '/rows'}",
                    f"train.duration={options.steps}", "train.warmup=0", f"train.batch_size={options.batch}",
                    f"train.precision={options.precision}", f"train.eval_every={options.steps + 1}",
                    f"train.save_every={options.steps + 1}", "run.log_every=5", "run.tensorboard=false"]
        command = [options.program, "train", str(configs / f"{options.task}.yaml"), "--output", f"{folder}/run",
                   "--threads", str(options.threads), "--quiet"]
        for setting in settings:
            command += ["--set", setting]
        # The last evaluation is not of interest: the rates of the steps stand in the metrics before it.
        process = subprocess.Popen(command)
        metrics, rates = pathlib.Path(folder) / "run/metrics.jsonl", []
        while process.poll() is None and len(rates) < options.steps // 5:
            time.sleep(0.2)
            lines = metrics.read_text().splitlines() if metrics.exists() else []
            records = [json.loads(line) for line in lines if line.endswith("}")]
            rates = [record["tokens_per_second"] for record in records if record["split"] == "train"]
        process.kill()
        process.wait()
    rates = rates[1:]  # the first stretch warms up
    if not rates:
        sys.exit("lra train ended before it had measured anything")
    # Each rate is of five steps of about as many tokens, so their mean is the harmonic one.
    return len(rates) / sum(1 / rate for rate in rates), 5 * len(rates) * options.batch


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("side", choices=["eager", "lra"])
parser.add_argument("program", help="the folder of torch, or the program lra")
parser.add_argument("--task", choices=list(LENGTHS), default="text")
parser.add_argument("--data", required=True, help="what task.data takes; for ListOps the folder of its files")
parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--micro-batch", type=int, default=4, help="eager: rows at a time, for memory")
parser.add_argument("--fused", action="store_true",
                    help="eager: scaled_dot_product_attention, without dropout of its weights")
parser.add_argument("--seconds", type=float, default=20, help="eager: how long to measure")
parser.add_argument("--steps", type=int, default=40, help="lra: steps to measure")
parser.add_argument("--attention", default="yoso", help="lra: the value of the section attention")
parser.add_argument("--prepared", default="", help="lra: folder to keep prepared rows in for the next time")
parser.add_argument("--threads", type=int, default=0, help="0: all cores")
options = parser.parse_args()
if options.fused:
    options.micro_batch = options.batch
rate, rows = (eager if options.side == "eager" else lra)(options)
print(f"{options.side} {options.task} {options.precision}: {rate:,.0f} valid tokens/s over {rows} rows")
