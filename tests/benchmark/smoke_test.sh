#!/usr/bin/env bash
# smoke_test.sh BIN: the smallest case of each benchmark, so that they do not rot; nothing is timed.
set -euo pipefail
bin=$(cd "$1" && pwd)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# expect FILE TEXT: FILE holds TEXT.
expect() { grep -qF -- "$2" "$1" || { echo "$1: no \`$2\`" && cat "$1" && exit 1; }; }

"$bin/train_step_bench" --rows 2 --length 64 --seconds 0 --attention 'yoso;softmax;eager;eager-fused' --json step.json >step
for model in yoso softmax eager eager-fused; do expect step "$model"; done
expect step.json '"tokens_per_second"'

"$bin/attention_bench" --quiet --lengths 16 --cosines 0.5 --seconds 0 --hashes 4 --groups sequence,head --output results >one
expect one 'YOSO-4 unbiased, G = H'
expect one 'YOSO-4 exact'
"$bin/attention_bench" --quiet --level modules --lengths 24 --head-dims 8 --cosines 0 --seconds 0 --output results >two
expect two 'yoso_expectation'
# Calls add up.
"$bin/attention_bench" --output results --show >all
expect all 'YOSO-4 unbiased, G = H'
expect all 'yoso_expectation'
for file in results.json results.csv ratios.md; do expect "results/$file" 'YOSO-4 lower_bound'; done
for chart in results quality; do expect results/$chart.svg '</svg>'; done

# What is compared with itself has not moved; what is half as quick has.
compare() { python3 "$root/tests/benchmark/compare_ratios.py" "$@"; }
compare --record ratios results/results.json >/dev/null
compare ratios results/results.json >same
expect same ': 0 figures worse, 0 better'
sed -i -E 's/"both_ratio": [0-9.e+-]+/"both_ratio": 1e-4/' results/results.json
status=0
compare ratios results/results.json >slower || status=$?
[[ $status == 4 ]] || { echo "slower results end with $status, not 4" && exit 1; }
expect slower 'WORSE'

"$bin/attention_bench" --quiet --lengths 16 --inputs one_bucket --seconds 0 --hashes 4 >directions
expect directions '4 directions'
for level in operators modules; do
  "$bin/attention_bench" --quiet --level $level --lengths 24 --cosines 0 --real 0.5 --seconds 0 --hashes 4 >"real-$level"
  expect "real-$level" 'random, 50 % real'
done

# Queries, keys and values of a trained model.
"$bin/lra" generate listops --output listops --train 40 --dev 10 --test 10 --min-length 4 --max-length 24 --quiet
"$bin/lra" train "$root/configs/smoke/listops.yaml" --set task.data=listops --output run --quiet
"$bin/attention_dump" run --output qkv.safetensors --rows 2
"$bin/attention_bench" --quiet --trained qkv.safetensors --seconds 0 >three
expect three 'trained, layer 0'
