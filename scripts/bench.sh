#!/usr/bin/env bash
# bench.sh [--record]: whether the suite is as quick as it was. Measures the main ratios of speed anew, in about ten minutes
# on a machine that does nothing else, compares them with those recorded for this kind of machine (AVX2, AVX-512 or AMX;
# tests/benchmark/ratios) and names what moved by more than noise. Every ratio is to scaled_dot_product_attention in the same
# process, so that two machines of a kind can be compared.
#
# --record writes what was measured as the new record: with a change that is meant to alter speed.
#   YOSO_BENCH_SECONDS=0.3   time spent on a figure
#
# Exit code 4 where something became slower or less accurate.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

help_wanted "$@"
record=()
case $# in
  0) ;;
  1) [[ $1 == --record ]] || fail "bench.sh takes --record or nothing (bench.sh --help)" && record=(--record) ;;
  *) fail "bench.sh takes --record or nothing (bench.sh --help)" ;;
esac
cd "$root"
command -v python3 >/dev/null || fail "python3 is missing: it compares the results"
./scripts/build.sh dev attention_bench >/dev/null
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
bench() { build/dev/bin/attention_bench --quiet --seconds "${YOSO_BENCH_SECONDS:-0.3}" --output "$results/$round" "$@" >/dev/null; }

# Each figure is measured three times, minutes apart, since a machine's speed drifts.
for round in 1 2 3; do
  say "Round $round of 3"
  bench --lengths 1024,4096 --cosines 0,0.5 --types float32,bfloat16 --longest-expectation 1024 --groups head
  bench --level modules --lengths 2048 --cosines 0.5 --types float32
done
python3 tests/benchmark/compare_ratios.py "${record[@]}" tests/benchmark/ratios "$results"/*/results.json
