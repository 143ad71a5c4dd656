"""compare_ratios.py [--record] FOLDER RESULTS...: compares ratios of speed in several results.json of attention_bench, each
a round of the same calls, with FOLDER/KIND.json for the kind of machine they were measured on, and names what moved.

A ratio has moved when its median is outside the recorded rounds by more than a tenth of them, the drift of a shared machine
from day to day; closeness to the dense attention, which no machine changes, by more than 0.01. Exit code 4 when something
is slower or less accurate. With --record the results become the record."""

import argparse
import json
import pathlib
import statistics
import sys

DRIFT, CLOSENESS = 0.1, 0.01
KEY = ("level", "inputs", "length", "head_dim", "attention", "type")
FIGURES = ("forward_ratio", "both_ratio", "cosine")


def kind_of(machine):
    for kind in ("AMX", "AVX-512", "AVX2"):
        if kind in machine.replace("AVX512", "AVX-512"):
            return kind
    return "baseline"


def read_rounds(paths):
    """{case: {figure: [a value for each round]}} and the machine."""
    cases, machines = {}, set()
    for path in paths:
        for result in json.loads(pathlib.Path(path).read_text()):
            machines.add(result["machine"])
            if result["softmax"]:
                continue
            figures = cases.setdefault(", ".join(str(result[key]) for key in KEY), {name: [] for name in FIGURES})
            for name in FIGURES:
                figures[name].append(round(result[name], 4))
    if len(machines) != 1:
        sys.exit(f"results of {len(machines)} machines: {sorted(machines)}")
    return cases, machines.pop()


def moved(name, recorded, measured):
    """How much a figure moved beyond noise, with its sign; 0: it did not."""
    value = statistics.median(measured)
    low, high = min(recorded), max(recorded)
    margin = CLOSENESS if name == "cosine" else DRIFT * statistics.median(recorded)
    if value < low - margin:
        return value - low
    return value - high if value > high + margin else 0


def compare(recorded, measured):
    worse = better = 0
    for case in sorted(recorded.keys() | measured.keys()):
        if case not in measured or case not in recorded:
            print(f"{case}: {'not measured any more' if case in recorded else 'new, not recorded'}")
            continue
        for name in FIGURES:
            change = moved(name, recorded[case][name], measured[case][name])
            if change == 0:
                continue
            worse, better = worse + (change < 0), better + (change > 0)
            before, now = statistics.median(recorded[case][name]), statistics.median(measured[case][name])
            print(f"{case}: {name} {before:.3g} -> {now:.3g} ({'WORSE' if change < 0 else 'better'})")
    print(f"{len(measured)} cases: {worse} figures worse, {better} better")
    return worse


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("results", nargs="+")
    arguments = parser.parse_args()
    measured, machine = read_rounds(arguments.results)
    record = arguments.folder / f"{kind_of(machine)}.json"
    if arguments.record:
        arguments.folder.mkdir(exist_ok=True)
        record.write_text(json.dumps({"machine": machine, "cases": measured}, indent=1, sort_keys=True) + "\n")
        print(f"{record}: {len(measured)} cases of {machine}")
        return
    if not record.exists():
        sys.exit(f"{record}: nothing is recorded for machines like {machine}; bench.sh --record does")
    print(f"{machine}, against {record}")
    if compare(json.loads(record.read_text())["cases"], measured):
        sys.exit(4)


main()
