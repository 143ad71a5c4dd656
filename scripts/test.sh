#!/usr/bin/env bash
# test.sh [--fast] [--preset PRESET] [ctest arguments]: sets up what is missing, builds, and runs every test that needs
# no GPU. --fast leaves out those with the label `slow`; PRESET is one of CMakePresets.json (default dev). Any ctest
# argument may follow: test.sh --fast -R Trainer.
#
# YOSO_DATA=DIR      shared data for tests on official files; without it they are skipped, and listed as such
# YOSO_CACHE, YOSO_LIBTORCH and YOSO_CUDA count as for setup.sh.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

help_wanted "$@"
preset=dev
selection=()
while [[ $# != 0 ]]; do
  case $1 in
    --fast) selection+=(-LE slow) ;;
    --preset)
      [[ $# -ge 2 ]] || fail "--preset needs a name (test.sh --help)"
      preset=$2
      shift
      ;;
    *) break ;;
  esac
  shift
done
cd "$root"
YOSO_TESTS=ON ./scripts/build.sh "$preset"

say "Testing build/$preset"
# Tests share the cores: a thread that waits for the others of its program must not hold one meanwhile.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}
status=0
ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j "$(nproc)" "${selection[@]}" "$@" || status=$?
# ctest shows no output of suites that passed, so what was left out in them is said here.
awk '/: Skipped$/ { reason = ""; reading = 1; next }
     /^\[  SKIPPED \] .* ms\)$/ && reading { print "Skipped: " $4 ":" reason; reading = 0; next }
     reading { reason = reason " " $0 }' "build/$preset/Testing/Temporary/LastTest.log"
exit "$status"
