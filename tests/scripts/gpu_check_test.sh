#!/usr/bin/env bash
# scripts/gpu-check.sh without a GPU: where there is none, one clear line, exit code 1, and nothing built or written. And
# with stand-ins for everything it runs: the pack holds what is run from it, the limits of the steps fit the ten minutes,
# and a compute-sanitizer that cannot work is told from one that found something.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# stand_in FILE LINES...: an executable script.
stand_in() {
  printf '%s\n' '#!/bin/sh' "${@:2}" >"$1"
  chmod +x "$1"
}
complain() {
  echo "$1"
  cat "$folder/output"
  exit 1
}

mkdir "$folder/none"
stand_in "$folder/none/nvidia-smi" 'echo "No devices were found"' 'exit 6'
# Whether nvidia-smi is missing or finds nothing.
for path in "$folder/none:$PATH" "/usr/bin:/bin"; do
  [[ $path == "$folder"* ]] || ! PATH=$path command -v nvidia-smi >/dev/null || continue
  status=0
  PATH=$path "$root/scripts/gpu-check.sh" "$folder/results" >"$folder/output" 2>&1 || status=$?
  [[ $status == 1 ]] || complain "exit code $status"
  [[ $(wc -l <"$folder/output") == 1 ]] && grep -q '^error: no NVIDIA GPU is usable here' "$folder/output" ||
    complain "expected one line"
  [[ ! -e $folder/results ]] || complain "a folder of results was made"
done

# A clone whose build makes programs that write down how they are called.
clone=$folder/clone log=$folder/log
mkdir -p "$clone" "$folder/site/torch/lib" "$clone/.deps" "$folder/tools"
touch "$folder/site/torch/lib/libtorch_cuda.so" "$folder/libown.so"
ln -s "$folder/site/torch" "$clone/.deps/torch"
cp -r "$root/scripts" "$clone/"
# shellcheck disable=SC2016
stand_in "$folder/program" "echo \"\$(basename \$0) \$*\" >>'$log'" \
  'if [ "$1" = train ] && [ ! -e "$2" ]; then echo "no $2"; exit 1; fi' 'echo "[  PASSED  ] 1 test."'
# shellcheck disable=SC2016
stand_in "$clone/scripts/build.sh" 'mkdir -p "build/$1/bin"' 'preset=$1 && shift' \
  "for name in \"\$@\"; do cp '$folder/program' \"build/\$preset/bin/\$name\"; done"
tools=$folder/tools
stand_in "$tools/nvidia-smi" 'echo "NVIDIA Stand-in, 1.0, 1 MiB"'
stand_in "$tools/ldd" "echo 'libown.so => $folder/libown.so (0x0)'" "echo 'libtorch.so => $folder/site/torch/lib/libtorch_cuda.so (0x0)'"
stand_in "$tools/strip" 'exit 0'
stand_in "$tools/timeout" "echo \"limit \$1\" >>'$log'" 'shift' 'exec "$@"'
(cd "$clone" && PATH=$tools:$PATH ./scripts/gpu-check.sh --pack >"$folder/output" 2>&1) || complain "--pack failed"
grep -q 'Copy build/gpu-check' "$folder/output" || complain "--pack does not say what to copy"
[[ -e $clone/build/gpu-check/lib/libown.so ]] || complain "--pack leaves a library out"
[[ ! -e $clone/build/gpu-check/lib/libtorch_cuda.so ]] || complain "--pack takes LibTorch along"

# check SANITIZER_LINES...: runs the pack on another machine with such a compute-sanitizer; status, $folder/output, log.
check() {
  rm -rf "$folder/machine" "$log"
  mkdir -p "$folder/machine/build"
  cp -r "$clone/scripts" "$root/configs" "$folder/machine/"
  cp -r "$clone/build/gpu-check" "$folder/machine/build/"
  stand_in "$tools/compute-sanitizer" "echo \"\$2 \${PYTORCH_NO_CUDA_MEMORY_CACHING:-0}\" >>'$log'" "$@"
  status=0
  PATH=$tools:$PATH YOSO_LIBTORCH=$folder/site/torch "$folder/machine/scripts/gpu-check.sh" "$folder/results" \
    >"$folder/output" 2>&1 || status=$?
}
# outcome STEP TEXT: what the summary says of a step.
outcome() { grep -qE "^$1 +[0-9]+ s  $2" "$folder/results/summary.txt" || complain "$1 is not \"$2\""; }

check 'echo "========= ERROR SUMMARY: 0 errors"'
[[ $status == 0 ]] || complain "exit code $status"
! grep FAILED "$folder/output" || complain "something failed"
for step in parity repeats graphs benchmark data train-float32 train-bfloat16 large memcheck initcheck racecheck synccheck; do
  outcome "$step" ok
done
for line in 'memcheck 1' 'initcheck 1' 'racecheck 0' 'synccheck 0' 'cuda_attention_bench --json' 'lra train'; do
  grep -q "^$line" "$log" || complain "not run: $line"
done
seconds=$(awk '/^limit/ { sum += $2 } END { print sum }' "$log")
((seconds <= 585)) || complain "the limits add up to $seconds s"

check 'echo "========= Error: Target application terminated before first instrumented API call"' 'exit 255'
[[ $status == 0 ]] || complain "exit code $status though nothing failed"
outcome memcheck 'not possible here \(=+ Error: Target application'
check 'echo "========= Device not supported."' 'echo "========= ERROR SUMMARY: 0 errors"'
outcome racecheck 'not possible here \(=+ Device not supported'
check 'exit 139'
outcome synccheck 'not possible here \(exit code 139'

check 'echo "========= ERROR SUMMARY: 3 errors"' 'exit 9'
[[ $status == 1 ]] || complain "exit code $status though errors were found"
outcome memcheck 'FAILED \(exit code 9'
check 'echo "[  FAILED  ] GpuSmallSweep.AllOperators"' 'echo "========= Error: process ended"' 'exit 1'
outcome memcheck 'FAILED \(exit code 1'
