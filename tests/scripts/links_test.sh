#!/usr/bin/env bash
# links_test.sh BUILD LIBTORCH PROGRAM...: the programs find every library by their run path alone and load one OpenMP
# run time and one CUDA run time (LibTorch's), and libyoso keeps libyoso_ops, without which no operator would be registered.
set -euo pipefail
build=$1 libtorch=$2
shift 2
unset LD_LIBRARY_PATH LD_PRELOAD

for file in "$build"/lib/libyoso.so "$build"/lib/libyoso_ops.so "${@/#/$build/bin/}"; do
  dynamic=$(readelf -d "$file")
  grep -q '(RPATH)' <<<"$dynamic" || { echo "$file has no DT_RPATH" && exit 1; }
  libraries=$(ldd "$file")
  if grep 'not found' <<<"$libraries"; then echo "$file misses libraries" && exit 1; fi
  run_times=$(awk '$1 ~ /^lib(g|i)?omp/ { print $3 }' <<<"$libraries")
  [[ $(wc -l <<<"$run_times") == 1 && $run_times == "$libtorch"/lib/* ]] ||
    { echo "$file loads OpenMP from: $run_times" && exit 1; }
done
# cudart FILE: which CUDA run time FILE loads.
cudart() { ldd "$1" | awk '$1 ~ /^libcudart/ { print $3 }'; }
ours=$(cudart "$build/lib/libyoso_ops.so")
if [[ -n $ours && -e $libtorch/lib/libtorch_cuda.so ]]; then
  theirs=$(cudart "$libtorch/lib/libtorch_cuda.so")
  [[ $(readlink -f "$ours") == $(readlink -f "$theirs") ]] ||
    { echo "libyoso_ops.so loads $ours, LibTorch $theirs" && exit 1; }
fi
readelf -d "$build/lib/libyoso.so" | grep -q 'NEEDED.*libyoso_ops' ||
  { echo "libyoso.so does not need libyoso_ops.so" && exit 1; }

for program in "$@"; do
  version=$(cd / && env -i "$build/bin/$program" --version)
  [[ $version =~ ^yoso\ [0-9.]+\ \([^\)]+\),\ LibTorch\ 2\.11\.[0-9]+,\ (CPU|CUDA\ [0-9.]+),\ .+$ ]] ||
    { echo "$program --version says: $version" && exit 1; }
done
