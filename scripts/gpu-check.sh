#!/usr/bin/env bash
# gpu-check.sh [FOLDER]: asks a machine with an NVIDIA GPU everything that another one cannot answer, in under ten
# minutes: parity of every operator with the CPU, repeatability, CUDA graphs, compute-sanitizer, speed beside
# scaled_dot_product_attention, a short training run. Results, as text and JSON, go to FOLDER (default
# runs/gpu-check); the exit code is 0 when all that could be asked was answered well.
#
# From a fresh clone it sets up and builds first. From a copied build (build/PRESET/{bin,lib} with the scripts and
# configs, no network needed) it runs what is there: YOSO_LIBTORCH names the LibTorch 2.11 of the machine where
# .deps/torch leads nowhere; else the one of `python3 -c "import torch"` is taken.
#   YOSO_PRESET=release   another build than dev
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

help_wanted "$@"
[[ $# -le 1 ]] || fail "gpu-check.sh takes one folder"
cd "$root"
preset=${YOSO_PRESET:-dev}
results=$(readlink -m "${1:-runs/gpu-check}")
programs=$root/build/$preset/bin
command -v nvidia-smi >/dev/null && gpu=$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null | head -1) ||
  gpu=
[[ -n ${gpu:-} ]] || fail "no NVIDIA GPU is usable here (nvidia-smi finds none): nothing was checked"

# The build: carried here, or made now.
libtorch=${YOSO_LIBTORCH:-$(readlink -f .deps/torch || true)}
if [[ -x $programs/cuda_device_tests && -x $programs/cuda_attention_bench && -x $programs/lra ]]; then
  if [[ ! -e $libtorch/lib/libtorch_cuda.so ]]; then
    libtorch=$(python3 -c 'import os, torch; print(os.path.dirname(torch.__file__))' 2>/dev/null || true)
    [[ -e $libtorch/lib/libtorch_cuda.so ]] || fail "no LibTorch 2.11 with CUDA here: name it with YOSO_LIBTORCH"
  fi
  # Where the build's own run path leads nowhere. The wheel's CUDA libraries lie beside it.
  export LD_LIBRARY_PATH=$root/build/$preset/lib:$libtorch/lib:$libtorch/../nvidia/cu13/lib:${LD_LIBRARY_PATH:-}
else
  ./scripts/build.sh "$preset" all cuda_attention_bench
fi

mkdir -p "$results"
summary=$results/summary.txt
{
  echo "GPU: $gpu"
  echo "Build: $("$programs/lra" --version | head -1)"
  date -u +"Begun: %F %T UTC"
} | tee "$summary"
failed=0

# ask NAME SECONDS COMMAND...: runs it with a limit, its output in NAME.txt, the outcome in the summary.
ask() {
  local name=$1 limit=$2 started=$SECONDS status=0 outcome=ok
  shift 2
  say "$name"
  timeout "$limit" "$@" >"$results/$name.txt" 2>&1 || status=$?
  if ((status == 124)); then
    outcome="FAILED (longer than $limit s)"
  elif ((status != 0)); then
    outcome="FAILED (exit code $status)"
  elif grep -q '^\[  SKIPPED \]' "$results/$name.txt"; then
    outcome="ok, some skipped"
  fi
  [[ $outcome == ok* ]] || { failed=$((failed + 1)) && tail -15 "$results/$name.txt"; }
  printf '%-14s %4d s  %s\n' "$name" $((SECONDS - started)) "$outcome" | tee -a "$summary"
}

tests=$programs/cuda_device_tests
device_test() { ask "$1" "$2" "$tests" --gtest_filter="$3" --gtest_output="json:$results/$1.json"; }
device_test parity 120 'GpuSweep.*:GpuSmallSweep.*'
device_test repeats 60 'GpuRepeats.*:GpuStreams.*'
device_test graphs 60 'GpuGraphs.*'
ask benchmark 180 "$programs/cuda_attention_bench" --json "$results/benchmark.json"

data=$results/listops
ask data 60 "$programs/lra" generate listops --output "$data" --train 4000 --dev 500 --test 500 --min-length 10 --max-length 64
# train NAME ARGUMENTS...
train() {
  local name=$1
  shift
  rm -rf "${results:?}/$name"
  ask "train-$name" 60 "$programs/lra" train configs/lra/quick/yoso.yaml --device cuda --output "$results/$name" \
    --set task.data="$data" --set train.duration="200 steps" --set train.eval_every="100 steps" "$@"
}
train float32
train bfloat16 --set train.precision=bfloat16

sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda/bin/compute-sanitizer 2>/dev/null || true)
if [[ -n $sanitizer ]]; then
  for tool in memcheck racecheck initcheck; do
    ask "$tool" 90 "$sanitizer" --tool "$tool" --error-exitcode 9 "$tests" --gtest_filter='GpuSmallSweep.*'
  done
else
  echo "compute-sanitizer: not installed here, left out" | tee -a "$summary"
fi
device_test large 90 'GpuLarge.*'

date -u +"Ended: %F %T UTC" >>"$summary"
say "$((failed)) of the checks failed; results in $results"
cat "$summary"
[[ $failed == 0 ]]
