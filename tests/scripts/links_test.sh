#!/usr/bin/env bash
# links_test.sh BUILD PROGRAM...: the programs find every library by their run path alone, load one OpenMP run time
# (LibTorch's), and libyoso keeps libyoso_ops, without which the operators would not be registered.
set -euo pipefail
build=$1
shift
unset LD_LIBRARY_PATH LD_PRELOAD

for file in "$build"/lib/libyoso.so "$build"/lib/libyoso_ops.so "${@/#/$build/bin/}"; do
  dynamic=$(readelf -d "$file")
  grep -q '(RPATH)' <<<"$dynamic" || { echo "$file has no DT_RPATH" && exit 1; }
  libraries=$(ldd "$file")
  if grep 'not found' <<<"$libraries"; then echo "$file misses libraries" && exit 1; fi
  runtimes=$(awk '/lib(g|i)?omp[-.0-9a-f]*\.so|libiomp/ { print $3 }' <<<"$libraries" | sort -u)
  [[ $(wc -l <<<"$runtimes") == 1 && $runtimes == */torch/lib/* || $runtimes == "$YOSO_LIBTORCH_DIR"/* ]] ||
    { echo "$file loads OpenMP from: $runtimes" && exit 1; }
done
readelf -d "$build/lib/libyoso.so" | grep -q 'NEEDED.*libyoso_ops' || { echo "libyoso.so does not need libyoso_ops.so" && exit 1; }
for program in "$@"; do
  (cd / && env -i "$build/bin/$program" --version) | grep -q '^yoso [0-9.]* (.*), LibTorch 2\.11\.'
done
