#!/usr/bin/env bash
# What a command of a README becomes under readme_test.sh, which links this file by the command's name: the same program
# with the same arguments, on small data and for one step; of scripts that set up or build, their --help. An option that
# the command does not have fails either way.
set -euo pipefail
name=$(basename "$0")
programs=$README_BUILD/bin root=$README_ROOT

# known FILE ARGUMENT...: the long options among the arguments occur in FILE.
known() {
  local file=$1 argument
  shift
  for argument; do
    [[ $argument != --?* ]] || grep -qF -- "${argument%%=*}" "$file" || { echo "$name has no ${argument%%=*}" && exit 2; }
  done
}

case $name in
  *.sh)
    script=$(find "$root/scripts" -name "$name")
    "$script" --help >help.txt
    known "$script" "$@"
    ;;
  python3*)
    [[ -f $root/$1 ]] || { echo "no file $1" && exit 2; }
    "$README_PYTHON" -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())' "$root/$1"
    known "$root/$1" "${@:2}"
    ;;
  attention_bench | train_step_bench)
    arguments=()
    while [[ $# != 0 ]]; do
      case $1 in
        --lengths | --seconds) shift ;;
        *) arguments+=("$1") ;;
      esac
      shift
    done
    case "$name ${arguments[*]}" in
      train_step_bench*) arguments+=(--rows 2 --length 64) ;;
      *--trained*) ;;
      *) arguments+=(--lengths 24) ;;
    esac
    exec "$programs/$name" "${arguments[@]}" --seconds 0
    ;;
  *_tests | cmake | cpack) echo "$name $* has a test of its own" ;;
  *)
    arguments=("$@")
    case "$name $*" in
      *--dry-run* | *--dump-config*) ;;
      *" train "*)
        for setting in run.threads=1 train.duration='2 steps' train.warmup='1 steps' train.eval_every='2 steps' train.save_every='2 steps' \
          train.bucket_batches=1 train.schedule=constant; do
          arguments+=(--set "$setting")
        done
        ;;
      *" sweep "*) arguments+=(--dry-run) ;;
      "lra generate listops "*) arguments+=(--train 60 --dev 20 --test 20 --min-length 4 --max-length 24 --force) ;;
      "lra generate pathfinder "*) arguments+=(--images 20 --level easy) ;;
      "lra bench "*)
        for i in "${!arguments[@]}"; do
          [[ ${arguments[i]} != --lengths ]] || arguments[i + 1]=16,32
        done
        arguments+=(--repeats 1 --max-batch 2)
        ;;
    esac
    exec "$programs/$name" "${arguments[@]}"
    ;;
esac
