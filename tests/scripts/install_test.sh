#!/usr/bin/env bash
# install_test.sh BUILD: what `cmake --install` puts into a folder is enough for another project: it finds the package,
# builds and runs without LD_LIBRARY_PATH, also after the folder was moved.
set -euo pipefail
build=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
unset LD_LIBRARY_PATH LD_PRELOAD
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

cmake --install "$build" --prefix "$temporary/first" >/dev/null
mv "$temporary/first" "$temporary/yoso"
(cd / && env -i "$temporary/yoso/bin/lra" --version)
cmake -S "$here/../install" -B "$temporary/build" -G Ninja -DCMAKE_PREFIX_PATH="$temporary/yoso" \
  -DCMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache || true)" -Wno-dev >/dev/null
cmake --build "$temporary/build"
for program in operators model; do
  (cd / && env -i "$temporary/build/$program") || { echo "$program failed" && exit 1; }
done
