#!/usr/bin/env bash
# container_test.sh: what images start with: it lists programs, passes arguments and exit codes on, finds LibTorch's
# libraries beside it, from any folder, and refuses what is no program. And the commit that --version states there.
set -euo pipefail
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../scripts/container" && pwd)
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
check() { [[ $2 == "$3" ]] || { echo "$1: expected '$3', got '$2'" && exit 1; }; }

for file in "$scripts/install.sh" "$scripts/start"; do bash -n "$file"; done
mkdir -p "$temporary/yoso/bin" "$temporary/work"
cp "$scripts/start" "$temporary/yoso/bin/"
printf '#!/bin/sh\necho "$LD_LIBRARY_PATH"; for a; do echo "[$a]"; done; exit 7\n' >"$temporary/yoso/bin/lra"
chmod +x "$temporary/yoso/bin/lra"
ln -s "$temporary/yoso/bin/start" "$temporary/start"
cd "$temporary/work"

check "list" "$("$temporary/start" --help | tail -1)" "  lra"
status=0
output=$(env -u LD_LIBRARY_PATH "$temporary/start" lra "a b" c) || status=$?
check "exit code" "$status" 7
check "arguments" "$(tail -2 <<<"$output" | tr -d '\n')" "[a b][c]"
check "libraries" "$(readlink -m "$(head -1 <<<"$output")")" "$temporary/yoso/libtorch/torch/lib"
status=0
output=$("$temporary/start" rm 2>&1) || status=$?
check "exit code of no program" "$status" 2
check "no program" "$output" "error: rm: no such program (start --help lists them)"

commit_of() {
  cmake -DSOURCE="$temporary/work" -DHEADER="$temporary/hash.h" -P "$scripts/../cmake/WriteGitHash.cmake"
  sed -n 's/#define YOSO_GIT_HASH //p' "$temporary/hash.h"
}
check "commit that is told" "$(YOSO_COMMIT=0123abc-dirty commit_of)" '"0123abc-dirty"'
check "no commit" "$(YOSO_COMMIT= commit_of)" '"no git"'
check "no commit but code" "$(YOSO_COMMIT='x"; int y' commit_of)" '"no git"'
