#!/usr/bin/env bash
# bounded_spin_test.sh BUILD PROGRAM...: threads of OpenMP wait with a bounded spin, in every program, however it is
# started, unless the user has set how they wait. What the run time tells of itself is read.
set -euo pipefail
build=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset GOMP_SPINCOUNT OMP_WAIT_POLICY KMP_BLOCKTIME

# spin COMMAND...: the bound that OpenMP's run time has in a program.
spin() { OMP_DISPLAY_ENV=verbose "$@" --version 2>&1 >/dev/null | sed -n "s/.*GOMP_SPINCOUNT = '\(.*\)'/\1/p"; }

expect() { # BOUND COMMAND...
  local wanted=$1 found
  shift
  found=$(spin "$@")
  [[ $found == "$wanted" ]] || { echo "line ${BASH_LINENO[0]}: $*: GOMP_SPINCOUNT is '$found', not $wanted" && exit 1; }
}

bound=$(sed -n 's/.*GOMP_SPINCOUNT=\([0-9]*\)".*/\1/p' "$(dirname "${BASH_SOURCE[0]}")/../../apps/bounded_spin.cpp")
for program in "$@"; do expect "$bound" "$build/bin/$program"; done
program=$build/bin/$1
expect 77 env GOMP_SPINCOUNT=77 "$program"
[[ $(spin env OMP_WAIT_POLICY=active "$program") -gt 1000000 ]]
[[ $(spin env OMP_WAIT_POLICY=passive "$program") == 0 ]]
ln -s "$program" "$folder/by another name"
expect "$bound" "$folder/by another name"
cd "$build/bin"
expect "$bound" "./$1"
PATH=$build/bin:$PATH expect "$bound" "$1"

# The arguments and the exit code are the user's.
[[ $("$program" --version) == yoso* ]]
status=0
"$program" 'no such word' 2>"$folder/said" || status=$?
[[ $status == 2 ]] && grep -q 'no such word' "$folder/said"
