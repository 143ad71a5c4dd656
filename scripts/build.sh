#!/usr/bin/env bash
# build.sh [PRESET] [ninja arguments]: sets up what is missing and builds; PRESET is one of CMakePresets.json (default
# dev) and ends in build/PRESET. Ninja arguments are targets or options: build.sh dev lra, build.sh asan -k 0.
#
# YOSO_CACHE, YOSO_LIBTORCH and YOSO_CUDA count as for setup.sh.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

help_wanted "$@"
preset=dev
if [[ $# != 0 && $1 != -* ]]; then
  preset=$1
  shift
fi
cd "$root"
build=build/$preset
mapfile -t presets < <(sed -n 's/.*"configurePreset": "\([^"]*\)".*/\1/p' CMakePresets.json | sort -u)
[[ " ${presets[*]} " == *" $preset "* ]] ||
  fail "$preset: no such preset, expected one of ${presets[*]} (a target comes behind it: build.sh dev TARGET)"
# No preset of these names is compiled by nvcc; what dev uses stays.
case $preset in
  cpu-only | asan | tsan) YOSO_CUDA=UNUSED ./scripts/setup.sh ;;
  *) ./scripts/setup.sh ;;
esac

# Ninja itself configures again after a change of the CMake files; this is for what it does not see.
chosen="$(cksum <CMakePresets.json) $(readlink -f .deps/torch .deps/cuda | tr '\n' ' ')"
if [[ ! -e $build/build.ninja || $(cat "$build/.chosen" 2>/dev/null) != "$chosen" ]]; then
  say "Configuring $build"
  cmake --preset "$preset" --fresh --log-level=WARNING
  echo "$chosen" >"$build/.chosen"
fi

jobs=$(jobs)
say "Building $build, $jobs at a time"
started=$SECONDS
log=$build/.ninja_log
logged=$(wc -l 2>/dev/null <"$log" || echo 0)
ninja -C "$build" -j "$jobs" "$@"
seconds=$((SECONDS - started))
if ((seconds > 60)); then
  say "Slowest of this build, in seconds:"
  tail -n +$((logged + 1)) "$log" | awk '!/^#/ { printf "%6.1f  %s\n", ($2 - $1) / 1000, $4 }' | sort -rn | awk 'NR <= 10'
fi
say "Built in $seconds s; the programs are in $build/bin"
