#!/usr/bin/env bash
# fuzz.sh [SECONDS]: feeds damaged files to the readers of foreign formats, under the address and undefined-behaviour
# sanitizers, for SECONDS each (default 180). A finding is kept in build/fuzz and ends this with an error.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

help_wanted "$@"
[[ $# -le 1 ]] || fail "fuzz.sh takes a number of seconds alone"
seconds=${1:-180}
[[ $seconds =~ ^[0-9]+$ ]] || fail "$seconds: expected a number of seconds"
cd "$root"
YOSO_FUZZ=ON ./scripts/setup.sh
mkdir -p build/fuzz

# fuzz NAME SOUND SOURCES...: tests/fuzz/NAME_fuzz.cpp with the sources of its reader; the first input is a sound file.
fuzz() {
  local name=$1 sound=$2
  shift 2
  clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Ilib \
    "tests/fuzz/${name}_fuzz.cpp" "${@/#/lib/yoso/serialization/}" lib/yoso/util/strict_json.cpp -o "build/fuzz/$name"
  mkdir -p "build/fuzz/corpus/$name"
  printf "$sound" >"build/fuzz/corpus/$name/sound"
  say "Fuzzing $name for $seconds s"
  (cd build/fuzz && "./$name" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
    -print_final_stats=1 -dict="$root/tests/fuzz/safetensors.dict" "corpus/$name")
}

# Two tensors, one of them a scalar.
header='{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"BOOL","shape":[],"data_offsets":[8,9]}}'
fuzz safetensors "\\x$(printf %x ${#header})\\0\\0\\0\\0\\0\\0\\0${header}123456789" safetensors_layout.cpp
fuzz safetensors_index '{"metadata":{"total_size":9},"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}}' \
  safetensors_index.cpp
