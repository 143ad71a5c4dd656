"""Speed of the tokenizers beside the reference libraries, one thread each, in one table.

    python tokenizer_compare.py BUILD/bin/tokenizer_bench SHARED_DATA [FILE...]

Needs the packages of tests/golden/tokenizers/reference.py. Both sides hold the text in memory and encode line by line,
without special tokens; the median of the repeats is shown, the first run of each counts. FILE: default all books.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"
sys.path.insert(0, str(Path(__file__).parents[1] / "golden/tokenizers"))
import reference  # noqa: E402

REPEATS = 3

bench, shared = Path(sys.argv[1]), Path(sys.argv[2])
files = sys.argv[3:] or sorted(map(str, (shared / "text/books").iterdir()))
text = b"".join(Path(file).read_bytes() for file in files)
lines = text.decode().split("\n")
print(f"{'':8}  {'theirs MB/s':>11}  {'ours MB/s':>9}  {'ratio':>5}  {len(text) / 1e6:.1f} MB, one thread")
for kind, make in (("bert", reference.bert), ("roberta", reference.roberta), ("albert", reference.Albert)):
    tokenizer = make(str(shared / "tokenizers" / kind))
    encode = tokenizer.ids if kind == "albert" else tokenizer.plain.encode
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        if kind == "albert":
            for line in lines:
                encode(line)
        else:
            for line in lines:
                encode(line, add_special_tokens=False)
        seconds.append(time.perf_counter() - start)
    theirs = len(text) / statistics.median(seconds) / 1e6
    command = [bench, f"{kind}:{shared}/tokenizers/{kind}", str(REPEATS), *files]
    ours = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[2])
    print(f"{kind:8}  {theirs:11.2f}  {ours:9.2f}  {ours / theirs:5.1f}")
