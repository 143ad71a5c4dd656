#!/usr/bin/env bash
# The scripts as a user meets them, from another folder and in one whose name has a space: --help explains, a wrong
# argument gets one line and nothing is done. And wheels.txt is whole.
set -euo pipefail
source_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
clone="$folder/a clone"
mkdir "$clone" "$folder/elsewhere"
cp -r "$source_root/scripts" "$source_root/CMakePresets.json" "$clone/"
cd "$folder/elsewhere"
unset YOSO_LIBTORCH YOSO_PYTHON YOSO_WHEELS YOSO_CACHE YOSO_CUDA

for script in "$clone"/scripts/*.sh "$clone/scripts/container/install.sh"; do
  name=$(basename "$script")
  case $name in common.sh | wheels.sh) continue ;; esac # sourced by the others
  help=$("$script" --help) || { echo "$name --help: exit code $?" && exit 1; }
  [[ $help == "$name"* && $(wc -l <<<"$help") -gt 1 ]] || { echo "$name --help says: $help" && exit 1; }
done

refused() { # MESSAGE SCRIPT ARGUMENTS...
  local message=$1 script=$2 status=0 output
  shift 2
  output=$("$clone/scripts/$script" "$@" 2>&1) || status=$?
  [[ $status == 1 && $(wc -l <<<"$output") == 1 && $output == "error: "*"$message"* ]] ||
    { echo "$script $*: exit code $status, expected one line with '$message': $output" && exit 1; }
}
refused "no such preset, expected one of asan cpu-only dev release tsan" build.sh lra
refused "no such preset" test.sh --preset nothing
refused "--preset needs a name" test.sh --fast --preset
refused "expected a number of seconds" fuzz.sh soon
refused "a number of seconds alone" fuzz.sh 1 2
refused "takes --graph and one folder" check-includes.sh --grpah
refused "takes one folder, or --pack" gpu-check.sh --packs
refused "takes no arguments" quickstart.sh now
refused "setup.sh takes no arguments, or --download DIR" setup.sh --download
refused "setup.sh takes no arguments, or --download DIR" setup.sh wheels
refused "usage: install.sh PREFIX" container/install.sh
[[ -z $(ls "$folder/elsewhere") && ! -e $clone/.deps && ! -e $clone/build ]] || { echo "a refused call left files" && exit 1; }

# Folders that are named from where the call is made.
mkdir wheels
output=$(YOSO_CACHE=cache YOSO_WHEELS=wheels YOSO_CUDA=OFF "$clone/scripts/setup.sh" 2>&1) && { echo "$output" && exit 1; }
[[ $output == "error: YOSO_WHEELS=$folder/elsewhere/wheels lacks "*"torch-2.11.0-"* ]] || { echo "$output" && exit 1; }

# Every pinned file once, with its checksum, and for each processor the same versions.
list=$source_root/scripts/wheels.txt
broken=$(grep -v '^#' "$list" | grep -vE '^(libtorch|nvcc|python)(\+(nvcc|python))? +[1-9][0-9]* [0-9a-f]{64} [^/ ]+-(any|.*_(x86_64|aarch64))\.whl$' || true)
[[ -z $broken ]] || { echo "wheels.txt: $broken" && exit 1; }
twice=$(awk '!/^#/ { print $4 }' "$list" | sort | uniq -d)
[[ -z $twice ]] || { echo "wheels.txt: twice: $twice" && exit 1; }
versions() { awk -v processor="$1" '!/^#/ && $4 ~ processor "\\.whl$" { split($4, part, "-"); print $1, part[1], part[2] }' "$list" | sort; }
[[ -n $(versions x86_64) ]] && diff <(versions x86_64) <(versions aarch64)
