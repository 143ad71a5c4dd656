#!/usr/bin/env bash
# setup.sh [--download DIR]: makes everything the build needs: Debian packages, LibTorch and, where there is no CUDA 13.0
# toolkit, nvcc. Safe to repeat, and done at once when nothing is missing. build.sh, test.sh and quickstart.sh call it.
# What is downloaded must have the checksums of wheels.txt; README.md beside this script lists it with sizes.
#
# --download DIR only fills DIR with wheels, for machines of the same processor without network: LibTorch, nvcc unless
# YOSO_CUDA=OFF, and with YOSO_PYTHON=ON the Python packages. There, YOSO_WHEELS=DIR takes them.
#
#   YOSO_CACHE=DIR     where LibTorch (4 GB) and nvcc (0.3 GB) are kept for all clones; default ~/.cache/yoso
#   YOSO_WHEELS=DIR    take wheels from DIR and nothing else from the network but Debian packages
#   YOSO_LIBTORCH=DIR  a LibTorch 2.11 that is already there (DIR holds share/cmake/Torch), with CUDA or without
#   YOSO_CUDA=OFF      build without a CUDA toolkit: fetch no nvcc (UNUSED: the same, but leave .deps/cuda to other builds)
#   YOSO_PYTHON=ON     also fetch Python packages (0.2 GB), for the tests that compare with Python's libraries
#   YOSO_TESTS=ON      also install clang-format 14, for the test of the sources' format
#   YOSO_FUZZ=ON       also install clang and its run time, for scripts/fuzz.sh
#
# Result: .deps/torch and .deps/cuda, links to what was chosen, and .deps/python where it was asked for once. A LibTorch
# for CPUs has no .deps/cuda.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source "$(dirname "${BASH_SOURCE[0]}")/wheels.sh"

help_wanted "$@"
download=
if [[ $# != 0 ]]; then
  [[ $1 == --download && $# == 2 && -n $2 ]] || fail "setup.sh takes no arguments, or --download DIR (setup.sh --help)"
  download=$(readlink -m "$2")
fi
cache=${YOSO_CACHE:-~/.cache/yoso}
cache=$(readlink -m "$cache")
unused=false
case ${YOSO_CUDA:-ON} in
  ON | on | 1) cuda=true ;;
  OFF | off | 0) cuda=false ;;
  UNUSED) cuda=false unused=true ;;
  *) fail "YOSO_CUDA=$YOSO_CUDA: expected ON or OFF" ;;
esac
case ${YOSO_PYTHON:-} in
  ON | on | 1) python=true ;;
  OFF | off | 0 | "") python=false ;;
  *) fail "YOSO_PYTHON=$YOSO_PYTHON: expected ON or OFF" ;;
esac
fetching=Downloading
if [[ -n ${YOSO_WHEELS:-} ]]; then
  [[ -d $YOSO_WHEELS ]] || fail "YOSO_WHEELS=$YOSO_WHEELS: no such folder (setup.sh --download DIR fills one)"
  fetching=Unpacking
fi

# The caches, named by what they hold; the wheels and their checksums stand in wheels.txt.
torch_folder=$cache/libtorch-2.11.0-cu130-cp311
nvcc_folder=$cache/nvcc-13.0.88
python_folder=$cache/python-cp311-1

# version_of DIR: the version of the LibTorch in DIR; empty when there is none.
version_of() {
  sed -n 's/^set(PACKAGE_VERSION "\(.*\)").*/\1/p' "$1/share/cmake/Torch/TorchConfigVersion.cmake" 2>/dev/null || true
}

# find_toolkit: the folder of a CUDA 13.0 toolkit; fails when there is none.
find_toolkit() {
  local on_path dir
  on_path=$(command -v nvcc || true)
  [[ -z $on_path ]] || on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for dir in "${CUDA_HOME:-}" "${CUDA_PATH:-}" "$on_path" /usr/local/cuda-13.0 /usr/local/cuda; do
    if [[ -x $dir/bin/nvcc && -e $dir/include/cuda_runtime.h ]] &&
      "$dir/bin/nvcc" --version 2>/dev/null | grep -q 'release 13\.0,'; then
      echo "$dir"
      return
    fi
  done
  return 1
}

# What the build needs: a program or a file, and the Debian package that has it.
needs=(
  g++:g++
  cmake:cmake
  ninja:ninja-build
  ccache:ccache
  ld.lld:lld
  /usr/include/CLI/CLI.hpp:libcli11-dev
  /usr/include/yaml-cpp/yaml.h:libyaml-cpp-dev
  /usr/include/nlohmann/json.hpp:nlohmann-json3-dev
  /usr/include/xxhash.h:libxxhash-dev
  /usr/include/sentencepiece_processor.h:libsentencepiece-dev
  /usr/include/utf8proc.h:libutf8proc-dev
  /usr/include/archive.h:libarchive-dev
  /usr/include/lodepng.h:liblodepng-dev
  /usr/include/gtest/gtest.h:libgtest-dev
  /usr/include/benchmark/benchmark.h:libbenchmark-dev
  /usr/include/boost/context/detail/fcontext.hpp:libboost-context-dev
)

missing_packages() {
  local need
  for need in "${needs[@]}"; do
    if [[ $need == /* ]]; then
      [[ -e ${need%:*} ]] || echo "${need#*:}"
    else
      command -v "${need%:*}" >/dev/null || echo "${need#*:}"
    fi
  done
  [[ ${YOSO_TESTS:-} != ON ]] || command -v clang-format-14 >/dev/null || echo clang-format-14
  if [[ ${YOSO_FUZZ:-} == ON ]]; then
    command -v clang++ >/dev/null || echo clang
    compgen -G '/usr/lib/llvm-*/lib/clang/*/lib/*/libclang_rt.fuzzer*' >/dev/null || echo libclang-rt-dev
  fi
  # Only a checkout with history has a commit to state in --version.
  [[ ! -e $root/.git ]] || command -v git >/dev/null || echo git
  if $fetch_torch || $fetch_nvcc || $fetch_python; then python_with_pip >/dev/null || echo python3-pip; fi
}

install_packages() {
  local run=()
  if [[ $(id -u) != 0 ]]; then
    run=(sudo)
    [[ -t 0 ]] || run+=(-n) # nobody there to type a password
  fi
  local command="apt-get update && apt-get install -y --no-install-recommends $*"
  command -v apt-get >/dev/null || fail "missing: $* (names of Debian packages; this system has no apt-get)"
  if [[ ${#run[@]} != 0 ]] && ! { command -v sudo >/dev/null && "${run[@]}" true; }; then
    fail "missing packages; run this as root, then try again:  $command"
  fi
  say "Installing packages: $*"
  local apt=("${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600)
  "${apt[@]}" update || say "apt-get update failed; going on with the package lists that are there"
  "${apt[@]}" install -y --no-install-recommends "$@" || fail "could not install $*"
}

# install_torch, install_nvcc: under the lock, and only where no other set-up was quicker.
install_torch() {
  [[ ! -e $torch_folder ]] || return 0
  say "$fetching LibTorch 2.11.0 ($(gigabytes libtorch) GB) to $torch_folder"
  fetch_wheels "$torch_folder" 8 libtorch
  mv "$torch_folder.partial/unpacked" "$torch_folder"
  rm -rf "$torch_folder.partial"
}

install_nvcc() {
  [[ ! -e $nvcc_folder ]] || return 0
  say "No CUDA 13.0 toolkit here. $fetching nvcc ($(gigabytes nvcc) GB) to $nvcc_folder"
  fetch_wheels "$nvcc_folder" 1 nvcc
  # The layout of an installed toolkit, which nvcc itself and CMake expect: lib64, and a libcudart.so to link.
  local toolkit=$nvcc_folder.partial/unpacked/nvidia/cu13
  ln -s lib "$toolkit/lib64"
  ln -s libcudart.so.13 "$toolkit/lib/libcudart.so"
  mv "$toolkit" "$nvcc_folder"
  rm -rf "$nvcc_folder.partial"
}

install_python() {
  [[ ! -e $python_folder ]] || return 0
  say "$fetching Python packages for tests ($(gigabytes python) GB) to $python_folder"
  fetch_wheels "$python_folder" 1 python
  mv "$python_folder.partial/unpacked" "$python_folder"
  rm -rf "$python_folder.partial"
}

# link NAME TARGET: .deps/NAME -> TARGET, touched only when it leads elsewhere.
link() { [[ $(readlink "$root/.deps/$1") == "$2" ]] || ln -sfn "$2" "$root/.deps/$1"; }

# Only a folder of wheels
if [[ -n $download ]]; then
  sets=()
  [[ -n ${YOSO_LIBTORCH:-} ]] || sets+=(libtorch)
  if $cuda; then sets+=(nvcc); fi
  if $python; then sets+=(python); fi
  [[ ${#sets[@]} != 0 ]] || fail "--download: nothing is left to download with YOSO_LIBTORCH and YOSO_CUDA=OFF"
  python_with_pip >/dev/null || install_packages python3-pip
  mkdir -p "$download" || fail "$download cannot be made"
  say "Downloading wheels of ${sets[*]} ($(gigabytes "${sets[@]}") GB) to $download"
  download_wheels "$download" "${sets[@]}"
  say "Complete. Elsewhere: YOSO_WHEELS=DIR ./scripts/setup.sh"
  exit
fi

# What to use
if [[ -n ${YOSO_LIBTORCH:-} ]]; then
  version=$(version_of "$YOSO_LIBTORCH")
  [[ -n $version ]] || fail "YOSO_LIBTORCH=$YOSO_LIBTORCH: no LibTorch there (share/cmake/Torch is missing)"
  [[ $version == 2.11.* ]] || fail "YOSO_LIBTORCH=$YOSO_LIBTORCH: LibTorch $version, but 2.11 is needed"
  torch_folder=$(readlink -f "$YOSO_LIBTORCH")
  torch=$torch_folder
  [[ -e $torch/lib/libtorch_cuda.so ]] || cuda=false
else
  torch=$torch_folder/torch
fi
fetch_torch=false fetch_nvcc=false fetch_python=false toolkit=
[[ -e $torch_folder ]] || fetch_torch=true
if $cuda && ! toolkit=$(find_toolkit); then
  toolkit=$nvcc_folder
  [[ -e $nvcc_folder ]] || fetch_nvcc=true
fi

if $python && [[ ! -e $python_folder ]]; then fetch_python=true; fi

# What is missing
if [[ -n ${YOSO_WHEELS:-} ]]; then
  sets=()
  if $fetch_torch; then sets+=(libtorch); fi
  if $fetch_nvcc; then sets+=(nvcc); fi
  if $fetch_python; then sets+=(python); fi
  check_wheels "$YOSO_WHEELS" "${sets[@]}"
fi
mapfile -t packages < <(missing_packages)
[[ ${#packages[@]} == 0 ]] || install_packages "${packages[@]}"
if $fetch_torch || $fetch_nvcc || $fetch_python; then
  mkdir -p "$cache" || fail "$cache cannot be made (YOSO_CACHE names another folder)"
  exec 9>"$cache/lock"
  flock -n 9 || { say "Another set-up is downloading to $cache; waiting for it" && flock 9; }
  if $fetch_torch; then install_torch; fi
  if $fetch_nvcc; then install_nvcc; fi
  if $fetch_python; then install_python; fi
  exec 9>&-
fi
[[ -d $root/.deps && ! -L $root/.deps ]] || { rm -f "$root/.deps" && mkdir "$root/.deps"; }
link torch "$torch"
if $python; then link python "$python_folder"; fi
if $cuda; then link cuda "$toolkit"; elif ! $unused; then rm -f "$root/.deps/cuda"; fi
