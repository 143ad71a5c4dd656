#!/usr/bin/env bash
# scripts/setup.sh, in a copy of the scripts and with a pip that only pretends: which LibTorch and which toolkit are
# linked, what is refused, that an interrupted download leaves nothing that looks complete, and that wheels have the
# checksums of wheels.txt, from the network or from a folder.
set -euo pipefail
source_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/clone" "$folder/bin"
cp -r "$source_root/scripts" "$folder/clone/"

# An index of three small wheels, and a wheels.txt that pins them.
mkdir "$folder/index"
pin() { # SET FILE
  echo "$1" >"$folder/index/$2"
  echo "$1 $(stat -c %s "$folder/index/$2") $(sha256sum "$folder/index/$2" | cut -d ' ' -f 1) $2"
}
{
  pin libtorch torch-2.11.0-cp311-cp311-any.whl
  pin nvcc nvidia_cuda_nvcc-13.0.88-py3-none-any.whl
  pin python transformers-5.23.0-py3-none-any.whl
} >"$folder/clone/scripts/wheels.txt"

# pip: takes wheels from the index and compares checksums as pip does, or is cut short when $folder/cut exists; unpacks
# files of the right names.
cat >"$folder/bin/python3" <<'PIP'
#!/usr/bin/env bash
[[ "$*" == *--version* ]] && exit
folder=$(dirname "$(dirname "$0")")
echo "$3" >>"$folder/calls"
requirements=${!#}
check() { # FOLDER: every required wheel is there, with its checksum
  while read -r requirement hash; do
    file=$(ls "$1/${requirement%%==*}"-*.whl)
    got=$(sha256sum "$file" | cut -d ' ' -f 1)
    [[ $hash == --hash=sha256:$got ]] && continue
    printf 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES\n             Got        %s\n' "$got" >&2
    exit 1
  done <"$requirements"
}
[[ ! -e $folder/cut ]] || { echo "ERROR: connection lost" >&2 && exit 1; }
if [[ $3 == download ]]; then
  check "$folder/index"
  while [[ $1 != --dest ]]; do shift; done
  while read -r requirement _; do cp "$folder/index/${requirement%%==*}"-*.whl "$2"; done <"$requirements"
  exit
fi
all=("$@")
for ((i = 0; i < $#; ++i)); do [[ ${all[i]} != --find-links ]] || from=${all[i + 1]}; done
check "$from"
while [[ $1 != --target ]]; do shift; done
mkdir -p "$2/torch/share/cmake/Torch" "$2/torch/lib" "$2/nvidia/cu13/bin" "$2/nvidia/cu13/lib"
touch "$2/torch/lib/libtorch_cuda.so" "$2/nvidia/cu13/bin/nvcc"
PIP
chmod +x "$folder/bin/python3"

# libtorch NAME VERSION [cuda]: a folder that looks like a LibTorch.
libtorch() {
  mkdir -p "$folder/$1/share/cmake/Torch" "$folder/$1/lib"
  echo "set(PACKAGE_VERSION \"$2\")" >"$folder/$1/share/cmake/Torch/TorchConfigVersion.cmake"
  [[ -z ${3:-} ]] || touch "$folder/$1/lib/libtorch_cuda.so"
}

# toolkit NAME VERSION: a folder that looks like a CUDA toolkit.
toolkit() {
  mkdir -p "$folder/$1/bin" "$folder/$1/include"
  touch "$folder/$1/include/cuda_runtime.h"
  printf '#!/bin/sh\necho "Cuda compilation tools, release %s, V%s.88"\n' "$2" "$2" >"$folder/$1/bin/nvcc"
  chmod +x "$folder/$1/bin/nvcc"
}

setup() { # VARIABLE=VALUE... : the script's output ends in $folder/output
  env -u YOSO_LIBTORCH -u YOSO_WHEELS -u YOSO_CUDA -u YOSO_PYTHON -u CUDA_PATH CUDA_HOME="$folder/cuda-13.0" YOSO_CACHE="$folder/cache" \
    PATH="$folder/bin:$PATH" "$@" "$folder/clone/scripts/setup.sh" "${arguments[@]}" >"$folder/output" 2>&1
}
arguments=()

links_to() { # NAME TARGET
  [[ $(readlink "$folder/clone/.deps/$1" || true) == "$2" ]] ||
    { echo "line ${BASH_LINENO[0]}: .deps/$1 is $(readlink "$folder/clone/.deps/$1"), not $2" && cat "$folder/output" && exit 1; }
}

refused() { # MESSAGE VARIABLE=VALUE...
  local message=$1 status=0
  shift
  setup "$@" || status=$?
  [[ $status == 1 ]] || { echo "line ${BASH_LINENO[0]}: exit code $status" && cat "$folder/output" && exit 1; }
  [[ $(grep -c . "$folder/output") == 1 ]] && grep -qF "$message" "$folder/output" ||
    { echo "line ${BASH_LINENO[0]}: expected one line with: $message" && cat "$folder/output" && exit 1; }
}

libtorch cuda-torch 2.11.0 cuda
libtorch cpu-torch 2.11.1
libtorch old-torch 2.9.1 cuda
toolkit cuda-13.0 13.0
toolkit cuda-12.8 12.8

setup YOSO_LIBTORCH="$folder/cuda-torch"
links_to torch "$folder/cuda-torch"
links_to cuda "$folder/cuda-13.0"
setup YOSO_LIBTORCH="$folder/cuda-torch" YOSO_CUDA=OFF
links_to cuda ""
setup YOSO_LIBTORCH="$folder/cpu-torch"
links_to torch "$folder/cpu-torch"
links_to cuda ""
refused "LibTorch 2.9.1, but 2.11 is needed" YOSO_LIBTORCH="$folder/old-torch"
refused "no LibTorch there" YOSO_LIBTORCH="$folder/nothing"
refused "expected ON or OFF" YOSO_CUDA=perhaps
[[ ! -e $folder/calls ]] || { echo "pip was called for what is there" && exit 1; }

# The download: cut short, then complete, then not repeated.
touch "$folder/cut"
if setup; then echo "a failed download passed" && exit 1; fi
links_to torch "$folder/cpu-torch"
[[ -z $(ls "$folder/cache" | grep -v -e partial -e lock) ]] || { echo "a half download looks complete" && exit 1; }
rm "$folder/cut"
setup
links_to torch "$folder/cache/libtorch-2.11.0-cu130-cp311/torch"
[[ -e $folder/clone/.deps/torch/lib/libtorch_cuda.so ]]
setup
calls() { # HOW OFTEN download install
  [[ "$(grep -c download "$folder/calls") $(grep -c install "$folder/calls")" == "$1" ]] ||
    { echo "line ${BASH_LINENO[0]}: pip was called: $(sort "$folder/calls" | uniq -c | paste -sd,), not $1" && exit 1; }
}
calls "2 1" # the first download was cut

# Packages for tests only where they are asked for, and then for good.
links_to python ""
refused "expected ON or OFF" YOSO_PYTHON=perhaps
setup YOSO_PYTHON=ON
links_to python "$folder/cache/python-cp311-1"
setup
links_to python "$folder/cache/python-cp311-1"
calls "3 2"

# Without network, from a folder of wheels that --download fills: what is missing is named before anything is done.
arguments=(--download "$folder/wheels")
setup YOSO_PYTHON=ON
arguments=()
[[ $(ls "$folder/wheels") == "$(ls "$folder/index")" ]] || { echo "--download: $(ls "$folder/wheels")" && exit 1; }
rm -r "$folder/cache"
rm "$folder/wheels"/transformers-*
refused "lacks transformers-5.23.0-py3-none-any.whl" YOSO_WHEELS="$folder/wheels" YOSO_PYTHON=ON
refused "no such folder" YOSO_WHEELS="$folder/nowhere"
setup YOSO_WHEELS="$folder/wheels"
links_to torch "$folder/cache/libtorch-2.11.0-cu130-cp311/torch"

# A wheel with another content is refused, from a folder as from the index, and nothing is installed.
rm -r "$folder/cache"
echo tampered >>"$folder/wheels/torch-2.11.0-cp311-cp311-any.whl"
if setup YOSO_WHEELS="$folder/wheels"; then echo "a changed wheel was taken" && exit 1; fi
grep -qF "the sha256 is not that of scripts/wheels.txt: torch-2.11.0-cp311-cp311-any.whl; nothing was installed" "$folder/output" ||
  { cat "$folder/output" && exit 1; }
cp "$folder/wheels/torch-2.11.0-cp311-cp311-any.whl" "$folder/index"
if setup; then echo "a changed download was taken" && exit 1; fi
grep -qF "but scripts/wheels.txt names" "$folder/output" || { cat "$folder/output" && exit 1; }
[[ ! -e $folder/cache/libtorch-2.11.0-cu130-cp311 ]]

echo libtorch >"$folder/index/torch-2.11.0-cp311-cp311-any.whl"
# A toolkit of another version does not count (unless this machine has a 13.0 in the usual place).
if [[ ! -e /usr/local/cuda/bin/nvcc && ! -e /usr/local/cuda-13.0/bin/nvcc ]] && ! command -v nvcc >/dev/null; then
  setup CUDA_HOME="$folder/cuda-12.8"
  links_to cuda "$folder/cache/nvcc-13.0.88"
  [[ -e $folder/clone/.deps/cuda/lib64 ]]
fi
