"""exact_pairs_bench.py LIBRARY [--dump FILE ...] [--rows NAME ...] [--lengths N,...] [--set KEY=VALUE ...] [--grid]:
exact pairs (yoso::exact_pairs_attention of LIBRARY, libyoso_ops.so) beside the dense kernel and beside
scaled_dot_product_attention in the same process.

For every input a line: mean, 5th percentile and worst head of the rows' cosine to the dense kernel, relative error, share of
the kernel's weight that pairs carry, pairs a query (global, band, hash), microseconds a query, head and core, forward with
backward and hashing, how many times as quick as SDPA (float32), and the MiB by which the
process grew, beyond what it had kept of earlier lines. Under it the
same with the tail alone. With --grid, over hashes, band, tail, cells, cap and partners instead.

Inputs: dumps of attention_dump or encoder_dump.py (softmax heads as they are), and made ones by name: mean (any two rows have
cosine 0.5), partner (every query has one key of cosine 0.9), clusters2, clusters16 (of cosine 0.95), equal."""

import argparse
import math
import pathlib
import re
import time

import torch
from safetensors.torch import load_file

DEFAULTS = {"hash_bits": 16, "partners": 40, "cap": 8, "band": 8, "first_tokens": 1, "last_tokens": 1, "tail": "cells", "cells": 64}
ALONE = {"hashes": 0, "band": 0, "first_tokens": 0, "last_tokens": 0}
HEADS, HEAD_DIM, SCALE, SEED = 2, 64, 8.0, 1


def unit(x):
    return torch.nn.functional.normalize(x, dim=-1)


def made(name, length):
    random = torch.Generator().manual_seed(SEED)

    def normal(*sizes):
        return torch.randn(*sizes, generator=random)

    def rows():
        return unit(normal(1, HEADS, length, HEAD_DIM))

    def chosen(centres):
        index = torch.randint(centres.shape[2], (1, HEADS, length, 1), generator=random)
        return centres.gather(2, index.expand(-1, -1, -1, HEAD_DIM))

    value = normal(1, HEADS, length, HEAD_DIM)
    if name == "mean":
        shared = unit(normal(1, HEADS, 1, HEAD_DIM))
        return unit(rows() + shared), unit(rows() + shared), value
    if name == "partner":
        key = rows()
        order = torch.stack([torch.randperm(length, generator=random) for _ in range(HEADS)])[None, ..., None]
        partner = key.gather(2, order.expand_as(key))
        away = rows()
        away = unit(away - (away * partner).sum(-1, keepdim=True) * partner)
        return 0.9 * partner + math.sqrt(1 - 0.81) * away, key, value
    if name.startswith("clusters"):
        centres = unit(normal(1, HEADS, int(name.removeprefix("clusters")), HEAD_DIM))
        near, far = math.sqrt(0.95), math.sqrt(0.05)
        return unit(near * chosen(centres) + far * rows()), unit(near * chosen(centres) + far * rows()), value
    if name == "equal":
        row = rows()[:, :, :1].expand(1, HEADS, length, HEAD_DIM)
        return row, row, value
    raise SystemExit(f"--rows {name}: expected mean, partner, clusters2, clusters16 or equal")


class Attention:
    """The operator with hashing, on heads whose softmax has `scale`."""

    def __init__(self, scale, options):
        self.options = {"kernel": "softmax", "scale": scale, "normalize": "sum"} | DEFAULTS | options
        self.hashes = self.options.pop("hashes", 32)

    def codes(self, x):
        batch, heads, length, dim = x.shape
        if self.hashes == 0:
            return torch.zeros(batch, heads, 0, length, dtype=torch.int)
        bits = self.options["hash_bits"]
        width = max(1 << (dim - 1).bit_length(), 1 << (bits - 1).bit_length())
        random = torch.Generator().manual_seed(SEED)
        sizes = (heads, -(-self.hashes * bits // width), 3, width)
        signs = (torch.randint(0, 2, sizes, generator=random) * 2 - 1).to(torch.int8)
        return torch.ops.yoso.centred_codes(x, signs, self.hashes, bits)

    def __call__(self, query, key, value, **changed):
        with torch.no_grad():
            codes = self.codes(query), self.codes(key)
        return torch.ops.yoso.exact_pairs_attention(query, key, value, *codes, **self.options | changed)

    def origins(self, query, key):
        o = self.options
        return torch.ops.yoso._exact_pairs_origins(
            self.codes(query), self.codes(key), None, None, None, o["hash_bits"], o["partners"], o["cap"], o["band"],
            o["first_tokens"], o["last_tokens"]).sum((0, 1)) / (query.shape[0] * query.shape[1] * query.shape[2])


def quality(attention, problems):
    """Figures over all layers, and whether any is NaN; dense rows are computed for up to 1,024 queries a head."""
    cosines, errors, found, origins = [], [], [], []
    for query, key, value in problems:
        context, _ = attention(query, key, value)
        _, found_norm = attention(query, key, value, tail="none")
        rows = torch.arange(0, query.shape[2], max(1, query.shape[2] // 1024))
        scores = query[:, :, rows] @ key.transpose(-1, -2) * attention.options["scale"]
        dense = torch.softmax(scores, -1) @ value
        context = context[:, :, rows]
        cosines.append(torch.cosine_similarity(context, dense, dim=-1))
        errors.append((context - dense).norm(dim=-1) / dense.norm(dim=-1))
        found.append((found_norm[:, :, rows] - torch.logsumexp(scores, -1)).exp().mean())
        origins.append(attention.origins(query, key))
    rows = torch.cat([c.flatten() for c in cosines]).sort().values
    return {"cosine": rows.mean(), "p5": rows[int(0.05 * len(rows))],
            "worst head": torch.cat([c.mean((0, 2)) for c in cosines]).min(),
            "error": torch.cat([e.flatten() for e in errors]).mean(), "found": torch.stack(found).mean(),
            "pairs": torch.stack(origins).mean(0)[:3].tolist()}


def seconds(step, repeats):
    best = math.inf
    for _ in range(repeats):
        start = time.perf_counter()
        step()
        best = min(best, time.perf_counter() - start)
    return best


def resident(which):
    """KiB of memory, now (VmRSS) or at most (VmHWM)."""
    return int(re.search(rf"{which}:\s+(\d+)", pathlib.Path("/proc/self/status").read_text()).group(1))


def speed(attention, problem, peer):
    query, key, value = (x.detach().clone().requires_grad_() for x in problem)
    grad = torch.randn_like(value)

    def step(forward):
        return lambda: torch.autograd.grad(forward(query, key, value), (query, key, value), grad)

    pathlib.Path("/proc/self/clear_refs").write_text("5")  # the peak starts again
    before = resident("VmRSS")
    own = seconds(step(lambda q, k, v: attention(q, k, v)[0]), 5)
    memory = resident("VmHWM") - before
    unit_of = 1e6 * torch.get_num_threads() / (query.shape[0] * query.shape[1] * query.shape[2])
    dense = seconds(step(lambda q, k, v: torch.nn.functional.scaled_dot_product_attention(
        q, k, v, scale=attention.options["scale"])), 3) if peer else math.nan
    return {"us": own * unit_of, "times": dense / own, "MiB": memory / 1024}


def show(name, figures, timed=None):
    pairs = " + ".join(f"{p:.0f}" for p in figures["pairs"])
    line = f"{name:34} {figures['cosine']:.3f} {figures['p5']:6.3f} {figures['worst head']:6.3f} {figures['error']:6.2f} " \
           f"{figures['found']:6.2f}  {pairs:14}"
    if timed:
        line += f" {timed['us']:6.2f} us {timed['times']:6.1f} x {timed['MiB']:7.0f} MiB"
    print(line, flush=True)


def grid():
    yield "as set", {}
    for hashes in (0, 8, 16, 64):
        yield f"hashes {hashes}", {"hashes": hashes}
    for bits in (6, 8, 10):
        yield f"hash_bits {bits}, no partners", {"hash_bits": bits, "partners": 0}
    for partners in (8, 16, 64):
        yield f"partners {partners}", {"partners": partners}
    for cap in (2, 4, 16, 64):
        yield f"cap {cap}", {"cap": cap}
    for band in (0, 4, 16, 64):
        yield f"band {band}", {"band": band}
    for tail in ("none", "linear"):
        yield f"tail {tail}", {"tail": tail}
    for cells in (16, 32, 128, 256):
        yield f"cells {cells}", {"cells": cells}


def inputs(arguments):
    for path in arguments.dump:
        tensors = load_file(path)
        layers = range(sum(key.endswith(".value") for key in tensors))
        yield path, [tuple(tensors[f"layer.{n}.{name}"].float() for name in ("query", "key", "value")) for n in layers], None
    for length in arguments.lengths:
        for name in arguments.rows:
            yield f"{name} {length}", [made(name, length)], SCALE


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library")
    parser.add_argument("--dump", nargs="*", default=[])
    parser.add_argument("--rows", nargs="*", default=["mean", "partner", "clusters2", "clusters16"])
    parser.add_argument("--lengths", type=lambda text: [int(n) for n in text.split(",")], default=[])
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE")
    parser.add_argument("--grid", action="store_true")
    parser.add_argument("--longest-peer", type=int, default=16384)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.ops.load_library(arguments.library)
    torch.set_num_threads(arguments.threads)
    settings = {key: int(value) if value.isdigit() else value for key, value in (text.split("=") for text in arguments.set)}
    print(f"{torch.backends.cpu.get_cpu_capability()}, {arguments.threads} threads, {settings or 'defaults'}")
    print(f"{'input':33} cosine     p5  worst  error  found  pairs")
    for name, problems, scale in inputs(arguments):
        scale = scale or 1 / math.sqrt(problems[0][0].shape[-1])
        if arguments.grid:
            print(name)
            for words, changed in grid():
                show("  " + words, quality(Attention(scale, settings | changed), problems))
            continue
        attention = Attention(scale, settings)
        timed = speed(attention, problems[len(problems) // 2], problems[0][0].shape[2] <= arguments.longest_peer)
        show(name, quality(attention, problems), timed)
        show("  tail alone", quality(Attention(scale, settings | ALONE), problems))


main()
