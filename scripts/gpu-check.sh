#!/usr/bin/env bash
# gpu-check.sh [FOLDER]: asks a machine with an NVIDIA GPU, in under ten minutes, everything that another one cannot
# answer: parity of every operator with the CPU, the same bits from run to run, CUDA graphs, compute-sanitizer, speed
# beside scaled_dot_product_attention, a short training run. Text and JSON go to FOLDER (default runs/gpu-check); the
# exit code is 0 when everything that could be asked was answered well.
#
# From a clone it sets up and builds first. For a machine without network:
#   gpu-check.sh --pack   builds, and collects programs and libraries in build/gpu-check (some 20 MB). Copy that folder,
#                         scripts/ and configs/, and call gpu-check.sh there; only LibTorch 2.11 for CUDA is needed:
#                         YOSO_LIBTORCH=DIR, or the one that `python3 -c "import torch"` finds.
#   YOSO_PRESET=release   another build than dev. What dev builds and packs holds kernels for compute capability 9.0 (and
#                         PTX for later ones); release holds 8.0, 9.0 and 10.0.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

help_wanted "$@"
[[ $# -le 1 && (${1:-} != -* || $1 == --pack) ]] || fail "gpu-check.sh takes one folder, or --pack"
results=$(readlink -m -- "${1:-$root/runs/gpu-check}") # not used by --pack
cd "$root"
preset=${YOSO_PRESET:-dev}
packed=build/gpu-check
wanted=(cuda_device_tests cuda_attention_bench lra)

if [[ ${1:-} == --pack ]]; then
  ./scripts/build.sh "$preset" "${wanted[@]}"
  libtorch=$(readlink -f .deps/torch)
  rm -rf "$packed"
  mkdir -p "$packed"/{bin,lib}
  for program in "${wanted[@]}"; do cp "build/$preset/bin/$program" "$packed/bin/"; done
  # What the programs load, but for LibTorch with its CUDA and the C and C++ run times, which every machine has.
  ldd "$packed"/bin/* | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' | sort -u |
    grep -v -e "^${libtorch%/torch}/" -e /libcudart -e '/lib\(c\|m\|dl\|rt\|pthread\|util\|gcc_s\|stdc++\)\.so' |
    xargs -I{} cp -L {} "$packed/lib/"
  strip --strip-debug "$packed"/bin/* "$packed"/lib/*
  say "Copy $packed, scripts and configs ($(du -shc "$packed" scripts configs | tail -1 | cut -f1)) and call scripts/gpu-check.sh there"
  exit
fi

gpu=$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null | head -1) || gpu=
[[ -n $gpu ]] || fail "no NVIDIA GPU is usable here (nvidia-smi finds none): nothing was checked"

if [[ -e $packed/bin/lra ]]; then
  programs=$root/$packed/bin
  libtorch=${YOSO_LIBTORCH:-$(readlink -f .deps/torch || true)}
  [[ -e $libtorch/lib/libtorch_cuda.so ]] ||
    libtorch=$(python3 -c 'import os, torch; print(os.path.dirname(torch.__file__))' 2>/dev/null || true)
  [[ -e $libtorch/lib/libtorch_cuda.so ]] || fail "no LibTorch 2.11 for CUDA here: name it with YOSO_LIBTORCH"
  export LD_LIBRARY_PATH=$root/$packed/lib:$libtorch/lib:$libtorch/../nvidia/cu13/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
else
  programs=$root/build/$preset/bin
  ./scripts/build.sh "$preset" "${wanted[@]}"
fi

mkdir -p "$results"
summary=$results/summary.txt
begun=$SECONDS
failed=0
version=$("$programs/lra" --version 2>&1 | head -1) || fail "the programs do not run here: $version"
{
  echo "GPU      $gpu"
  echo "Build    $version"
  date -u +"Begun    %F %T UTC"
} | tee "$summary"

# refused LOG STATUS: why compute-sanitizer could not look at the program at all; false where it could, whatever it saw.
refused() {
  (($2 != 9)) && ! grep -qE -e '^\[  FAILED  \]' -e '^=========.*SUMMARY: [1-9]' "$1" || return 1
  local said='^=========.*(not supported|Error: |Unable to)|no CUDA device'
  ! grep -q '^=========.*SUMMARY:' "$1" || grep -qE "$said" "$1" || return 1
  grep -E -m 1 "$said" "$1" || echo "exit code $2"
}

# ask NAME SECONDS COMMAND...: runs it with a limit, its output in NAME.txt, the outcome in the summary. The limits add up
# to less than the ten minutes.
ask() {
  local name=$1 limit=$2 started=$SECONDS status=0 outcome=ok reason left=$((585 - SECONDS + begun))
  shift 2
  ((limit < left)) || limit=$left
  if ((limit < 5)); then
    outcome="FAILED (no time left)"
  else
    say "$name"
    timeout "$limit" "$@" >"$results/$name.txt" 2>&1 || status=$?
    if ((status == 124)); then
      outcome="FAILED (longer than $limit s)"
    elif [[ " $* " == *" $sanitizer "* ]] && reason=$(refused "$results/$name.txt" $status); then
      outcome="not possible here ($reason)"
    elif ((status != 0)); then
      outcome="FAILED (exit code $status)"
    elif grep -q 'no CUDA device' "$results/$name.txt"; then
      outcome="FAILED (LibTorch finds no CUDA device)"
    elif grep -q '^\[  SKIPPED \]' "$results/$name.txt"; then
      outcome="ok, some skipped"
    fi
    [[ $outcome != FAILED* ]] || tail -15 "$results/$name.txt"
  fi
  [[ $outcome != FAILED* ]] || failed=$((failed + 1))
  printf '%-15s %4d s  %s\n' "$name" $((SECONDS - started)) "$outcome" | tee -a "$summary"
}

tests=$programs/cuda_device_tests
sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda/bin/compute-sanitizer 2>/dev/null || echo none)
device_tests() { ask "$1" "$2" "$tests" --gtest_filter="$3" --gtest_output="json:$results/$1.json"; }
device_tests parity 80 'GpuSweep.*:GpuSmallSweep.*'
device_tests repeats 30 'GpuRepeats.*:GpuStreams.*'
device_tests graphs 30 'GpuGraphs.*'
ask benchmark 100 "$programs/cuda_attention_bench" --json "$results/benchmark.json"

data=$results/listops
rm -rf "${data:?}"
ask data 15 "$programs/lra" generate listops --output "$data" --train 4000 --dev 500 --test 500 --min-length 10 \
  --max-length 64
for precision in float32 bfloat16; do
  rm -rf "${results:?}/run-$precision"
  ask "train-$precision" 35 "$programs/lra" train configs/lra/quick/yoso.yaml --device cuda \
    --output "$results/run-$precision" --set task.data="$data" --set train.precision="$precision" \
    --set train.duration="200 steps" --set train.eval_every="100 steps"
done
device_tests large 50 'GpuLarge.*'

for tool in memcheck initcheck racecheck synccheck; do
  if [[ $sanitizer == none ]]; then
    printf '%-15s         not possible here (compute-sanitizer is not installed)\n' "$tool" | tee -a "$summary"
    continue
  fi
  # An allocation of its own for every tensor, so that none lies in what another one has left or filled.
  caching=()
  [[ $tool != memcheck && $tool != initcheck ]] || caching=(env PYTORCH_NO_CUDA_MEMORY_CACHING=1)
  ask "$tool" 52 "${caching[@]}" "$sanitizer" --tool "$tool" --error-exitcode 9 "$tests" --gtest_filter='GpuSmallSweep.*'
done

printf 'Ended    %s, %d s in all, %d failed\n' "$(date -u +'%F %T UTC')" $((SECONDS - begun)) "$failed" >>"$summary"
say "Results in $results"
cat "$summary"
[[ $failed == 0 ]]
