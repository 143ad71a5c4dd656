"""Training steps of BERT-small here and in Hugging Face transformers, side by side on the same cores.

    python pretraining_compare.py BUILD/bin/pretraining_bench [CASE...] [--repeats N]

CASE: LENGTH:PRECISION:MODEL, e.g. 512:bfloat16:softmax (ours), 512:float32:stock, :patched (theirs) or 4096:float32:their-yoso;
default all. A step is forward, backward, clipping and AdamW on random tokens, 4 rows of 512 or 1 of 4096 of which 15 % are masked,
with dropout and the labels of sentence pairs; each case is a process of its own, the first step is not counted, the median
of the others is. Theirs are BertForPreTraining with scaled_dot_product_attention and fused AdamW (`stock`), the same
with the vocabulary projection of the masked places alone and a malloc that keeps its memory, in huge pages (`patched`), and
YosoForMaskedLM, whose CPU form is the dense expectation. Needs .deps/python (YOSO_PYTHON=ON ./scripts/setup.sh).
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROWS = {512: 4, 4096: 1}
VOCABULARY, MASKED_SHARE = 30_000, 0.15
PRECISIONS = ("float32", "bfloat16")
TUNED_MALLOC = {  # glibc: nothing goes back to the system, huge pages where the system has them
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": str(1 << 40),
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}


def their_rate(length, precision, name, repeats):
    """Tokens a second of a model of transformers, in this process."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    sys.path[:0] = [str((ROOT / ".deps/torch").resolve().parent), str(ROOT / ".deps/python")]
    import torch
    from transformers import BertConfig, BertForPreTraining, YosoConfig, YosoForMaskedLM

    torch.manual_seed(1)
    rows = ROWS[length]
    shape = dict(vocab_size=VOCABULARY, hidden_size=512, num_hidden_layers=4, num_attention_heads=8,
                 intermediate_size=2048, hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.1)  # fmt: skip
    if name == "their-yoso":
        model = YosoForMaskedLM(YosoConfig(max_position_embeddings=length, type_vocab_size=2, **shape))
    else:
        model = BertForPreTraining(BertConfig(max_position_embeddings=length, attn_implementation="sdpa", **shape))
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01, fused=True)
    targets = torch.randint(5, VOCABULARY, (rows, length))
    masked = torch.rand(rows, length).argsort(1)[:, : int(MASKED_SHARE * length)]
    ids = targets.scatter(1, masked, 4)
    labels = torch.full_like(ids, -100).scatter(1, masked, targets.gather(1, masked))
    types = (torch.arange(length) >= length // 2).long().expand(rows, length)
    order = torch.randint(2, (rows,))
    places = (labels.flatten() != -100).nonzero().squeeze(1)

    def loss():
        if name == "their-yoso":
            return model(input_ids=ids, token_type_ids=types, labels=labels).loss
        if name == "stock":
            return model(input_ids=ids, token_type_ids=types, labels=labels, next_sentence_label=order).loss
        hidden = model.bert(input_ids=ids, token_type_ids=types)
        chosen = hidden.last_hidden_state.flatten(0, 1).index_select(0, places)
        tokens, sentences = model.cls(chosen, hidden.pooler_output)
        cross_entropy = torch.nn.functional.cross_entropy
        return cross_entropy(tokens.float(), labels.flatten()[places]) + cross_entropy(sentences.float(), order)

    seconds = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
            value = loss()
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        seconds.append(time.perf_counter() - start)
    return rows * length / statistics.median(seconds[1:])


def our_rate(bench, length, precision, attention, repeats):
    experiment = ROOT / f"configs/pretrain/books/bert-small-{attention}.yaml"
    command = [bench, experiment, "--rows", ROWS[length], "--length", length, "--precision", precision, "--repeats", repeats]
    out = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout
    return float(re.search(r"([\d.]+) tokens/s", out).group(1))


def rate(bench, length, precision, name, repeats):
    if name in ("softmax", "yoso"):
        return our_rate(bench, length, precision, name, repeats)
    command = [sys.executable, __file__, bench, f"{length}:{precision}:{name}", "--repeats", str(repeats), "--theirs"]
    environment = os.environ | (TUNED_MALLOC if name == "patched" else {})
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("cases", nargs="*", metavar="CASE")
    parser.add_argument("--repeats", type=int, default=6)
    parser.add_argument("--theirs", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    cases = [case.split(":") for case in options.cases] or [
        [length, precision, name]
        for length in ROWS
        for precision in PRECISIONS
        for name in ("stock", "patched", "softmax", "yoso", *(["their-yoso"] if length == 4096 else []))
    ]
    for length, precision, name in cases:
        case = int(length), precision, name, options.repeats
        if options.theirs:
            print(json.dumps(their_rate(*case)))
        else:
            print(f"{length:>5} {precision:9} {name:11} {rate(options.bench, *case):8.0f} tokens/s", flush=True)


if __name__ == "__main__":
    main()
