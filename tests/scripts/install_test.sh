#!/usr/bin/env bash
# install_test.sh BUILD LIBTORCH: what `cmake --install` puts into a folder is enough for another project: it finds the
# package, builds and runs without LD_LIBRARY_PATH, also after the folder was moved. Manual pages and completions know the
# options. And a package, unpacked with a LibTorch beside it, runs and names no path of the machine that built it.
set -euo pipefail
build=$(cd "$1" && pwd) libtorch=$(cd "$2/.." && pwd -P)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
unset LD_LIBRARY_PATH LD_PRELOAD
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

cmake --install "$build" --prefix "$temporary/first" >/dev/null
mv "$temporary/first" "$temporary/yoso"
(cd / && env -i "$temporary/yoso/bin/lra" --version)

share=$temporary/yoso/share
for program in finetune lra pretrain; do
  grep -q '^\.B \\-\\-resume$' "$share/man/man1/$program.1" || { echo "$program.1 lacks --resume" && exit 1; }
  grep -q "l resume " "$share/fish/vendor_completions.d/$program.fish" || { echo "fish lacks --resume" && exit 1; }
done
# complete WORD...: what bash offers for the last word.
complete() {
  bash --norc -c 'source "$1" && shift && COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) && _lra && echo "${COMPREPLY[@]}"' - \
    "$share/bash-completion/completions/lra" "$@"
}
for wanted in "generate:lra gen" "listops:lra generate li" "--train:lra generate listops --trai" "--hash-seeds:lra eval --hash-"; do
  read -ra words <<<"${wanted#*:}"
  found=$(complete "${words[@]}")
  [[ $found == "${wanted%%:*}" ]] || { echo "${wanted#*:}: completed to '$found', not ${wanted%%:*}" && exit 1; }
done
[[ -f $share/yoso/configs/lra/listops.yaml ]] || { echo "the experiments are not installed" && exit 1; }

mkdir "$temporary/package"
(cd "$temporary" && cpack -G TGZ --config "$build/CPackConfig.cmake" -B "$temporary/packed" >pack.log) || { cat "$temporary/pack.log" && exit 1; }
tar xzf "$temporary"/packed/*.tar.gz -C "$temporary/package" --strip-components=1
mkdir "$temporary/package/libtorch"
for folder in "$libtorch" "$(dirname "$libtorch")/nvidia"; do
  [[ ! -d $folder ]] || ln -s "$folder" "$temporary/package/libtorch/$([[ $folder == */nvidia ]] && echo nvidia || echo torch)"
done
for file in "$temporary"/package/bin/* "$temporary"/package/lib/*.so; do
  if readelf -d "$file" | grep PATH | grep -qF "$libtorch"; then echo "$file names $libtorch" && exit 1; fi
done
(cd / && env -i "$temporary/package/bin/lra" --version)
cmake -S "$here/../install" -B "$temporary/build" -G Ninja -DCMAKE_PREFIX_PATH="$temporary/yoso" \
  -DCMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache || true)" -Wno-dev >/dev/null
cmake --build "$temporary/build"
for program in operators model; do
  (cd / && env -i "$temporary/build/$program") || { echo "$program failed" && exit 1; }
done
