#!/usr/bin/env bash
# Every rule of scripts/check-includes.sh finds its breach, and allowed includes pass.
set -euo pipefail
check=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/scripts/check-includes.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# expect PASS|BREACH FILE INCLUDE: a tree of just this file with this include.
expect() {
  rm -rf "${tree:?}"/*
  mkdir -p "$tree"/{cuda_ops,lib,apps,tests} "$(dirname "$tree/$2")"
  echo "#include $3" >"$tree/$2"
  local found=PASS
  "$check" "$tree" >"$tree/output" || found=BREACH
  [[ $found == "$1" ]] || { echo "$2 including $3: expected $1, got $found" && cat "$tree/output" && exit 1; }
  [[ $found == PASS ]] || grep -q "^$2:1: " "$tree/output" || { echo "file and line are not named" && exit 1; }
}

expect PASS lib/yoso/config/a.h '"yoso/util/error.h"'
expect PASS lib/yoso/batching/a.h '"yoso/data/split.h"'
expect PASS lib/yoso/commands/a.cpp '"yoso/results/table.h"'
expect PASS lib/yoso/bench/a.cpp '"yoso/runtime/device.h"'
expect PASS lib/yoso/nn/attention/a.cpp '"yoso/nn/encoder.h"'
expect PASS lib/yoso/nn/attention/a.cpp '"yoso/ops/sampled_attention.h"'
expect PASS lib/yoso/nn/a.cpp '<torch/torch.h>'
expect PASS lib/yoso/train/a.cpp '"yoso/tasks/task.h"'
expect PASS apps/a.cpp '"yoso/train/trainer.h"'
expect PASS tests/lib/data/a.cpp '"yoso/train/trainer.h"'
expect PASS cuda_ops/yoso/ops/cpu/a.cpp '<ATen/Parallel.h>'
expect PASS cuda_ops/yoso/ops/kernels/a.cu '"yoso/ops/kernels/common.cuh"'
expect PASS cuda_ops/yoso/ops/kernels/a.cu '<cuda_runtime.h>'

expect BREACH lib/yoso/util/a.h '"yoso/config/tree.h"'
expect BREACH lib/yoso/data/a.h '"yoso/batching/batch.h"'
expect BREACH lib/yoso/data/a.cpp '<ATen/core/Tensor.h>'
expect BREACH lib/yoso/text/a.cpp '"yoso/ops/sampled_attention.h"'
expect BREACH lib/yoso/train/a.cpp '"yoso/interop/labels.h"'
expect BREACH lib/yoso/train/a.cpp '"yoso/commands/train.h"'
expect BREACH lib/yoso/results/a.cpp '"yoso/commands/train.h"'
expect BREACH lib/yoso/config/a.cpp '"yoso/nn/encoder.h"'
expect BREACH lib/yoso/nn/a.cpp '"yoso/batching/batch.h"'
expect BREACH lib/yoso/report/a.cpp '<yoso/text/tokenizer.h>'
expect BREACH lib/yoso/tasks/a.cpp '"yoso/train/trainer.h"'
expect BREACH lib/yoso/elsewhere/a.cpp '"yoso/util/error.h"'
expect BREACH lib/yoso/train/a.cpp '"yoso/elsewhere/a.h"'
expect BREACH lib/yoso/train/a.cpp '"apps/command_line.h"'
expect BREACH lib/yoso/nn/a.h '<torch/torch.h>'
expect BREACH cuda_ops/yoso/ops/a.cpp '"yoso/util/error.h"'
expect BREACH cuda_ops/yoso/ops/kernels/a.cuh '<c10/util/Half.h>'
expect BREACH cuda_ops/yoso/ops/kernels/a.cu '"yoso/ops/checks.h"'

rm -rf "${tree:?}"/*
if "$check" "$tree" >/dev/null 2>&1; then echo "an empty tree passes" && exit 1; fi

# The graph names rooms, sizes and includes.
mkdir -p "$tree"/{cuda_ops,apps,tests,lib/yoso/{util,config}}
echo "int a;" >"$tree/lib/yoso/util/a.h"
printf '#include "yoso/util/a.h"\n\n' >"$tree/lib/yoso/config/a.h"
"$check" --graph "$tree" >"$tree/output"
grep -q "^config  *1 files  *2 lines  includes util$" "$tree/output" || { cat "$tree/output" && exit 1; }
grep -q "^util  *1 files  *1 lines  includes nothing$" "$tree/output" || { cat "$tree/output" && exit 1; }
