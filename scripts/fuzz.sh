#!/usr/bin/env bash
# fuzz.sh [SECONDS]: feeds damaged files to the readers of foreign formats, under the address and undefined-behaviour
# sanitizers, for SECONDS each (default 180). A finding is kept in build/fuzz and ends this with an error.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

help_wanted "$@"
seconds=${1:-180}
[[ $seconds =~ ^[0-9]+$ ]] || fail "$seconds: expected a number of seconds"
cd "$root"
YOSO_FUZZ=ON ./scripts/setup.sh
mkdir -p build/fuzz/corpus
clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Ilib \
  tests/fuzz/safetensors_fuzz.cpp lib/yoso/util/safetensors_layout.cpp -o build/fuzz/safetensors
# The first input is a sound file: two tensors, one of them a scalar.
header='{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"BOOL","shape":[],"data_offsets":[8,9]}}'
printf "\\x$(printf %x ${#header})\\0\\0\\0\\0\\0\\0\\0%s123456789" "$header" >build/fuzz/corpus/sound
say "Fuzzing the safetensors reader for $seconds s"
cd build/fuzz
./safetensors -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 \
  -dict="$root/tests/fuzz/safetensors.dict" corpus
