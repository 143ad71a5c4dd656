#!/usr/bin/env bash
# readme_test.sh BUILD [PAGE...]: the pages for readers are true. Every `sh` block of every README runs, from first to last,
# in a folder of its own with small data (readme/stand_in.sh says how); links lead to files and headings that are there; the
# page at the top is short. Pages whose data are not in YOSO_DATA are skipped, by name.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
README_ROOT=$(cd "$here/../.." && pwd)
README_BUILD=$(cd "$1" && pwd)
README_PYTHON=$(command -v python3)
export README_ROOT README_BUILD README_PYTHON OMP_WAIT_POLICY=passive
shift
data=$(cd "$README_ROOT" && readlink -m "${YOSO_DATA:-../shared/data}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$README_ROOT"
mapfile -t pages < <(if (($#)); then printf '%s\n' "$@"; else
  find . -name '*.md' -not -path './.deps/*' -not -path './build/*' | sed 's:^\./::' | sort
fi)
complain() { echo "$*" && exit 1; }

# heading_ids PAGE: the names by which links reach its headings.
heading_ids() {
  awk '/^```/ { code = !code } !code && /^#+ / { sub(/^#+ /, ""); print tolower($0) }' "$1" | sed 's/[^a-z0-9 _-]//g; s/ /-/g'
}

check_links() { # PAGE
  local link target id
  while read -r link; do
    [[ $link != *://* && $link != mailto:* ]] || continue
    target=${link%%#*} id=
    [[ $link != *#* ]] || id=${link#*#}
    target=${target:+$(dirname "$1")/$target}
    target=${target:-$1}
    [[ -e $target ]] || complain "$1: $link leads nowhere"
    [[ -z $id ]] || grep -qxF "$id" <(heading_ids "$target") || complain "$1: $link: no such heading"
  done < <(awk '/^```/ { code = !code } !code' "$1" | grep -oP '\]\(\K[^)\s]+|^\[[^]]+\]: \K\S+' || true)
}

# furnish DIR: what the commands of a page find: programs, experiments, small data, finished runs.
furnish() {
  mkdir -p "$1"/{bin,scripts,data/{text/books,glue/CoLA},runs,tests,build/{dev,asan}/bin,.ci}
  cd "$1"
  ln -s "$README_ROOT/configs" configs
  ln -s "$README_ROOT/tests/benchmark" tests/benchmark
  local name
  for name in lra pretrain finetune python3 python3.11 cmake cpack; do ln -s "$here/readme/stand_in.sh" "bin/$name"; done
  for name in "$README_ROOT"/scripts/*.sh; do ln -s "$here/readme/stand_in.sh" "scripts/$(basename "$name")"; done
  for name in attention_bench train_step_bench; do ln -s "$here/readme/stand_in.sh" "build/dev/bin/$name"; done
  ln -s "$here/readme/stand_in.sh" build/asan/bin/cuda_kernels_tests
  ln -s "$README_BUILD/lib" build/dev/lib
  printf '#!/bin/sh\nexec bash -n "$README_ROOT/.ci/run"\n' >.ci/run && chmod +x .ci/run
  export PATH="$1/bin:$PATH"
}

furnish_lra() {
  local half label i
  for half in train test; do
    for label in pos neg; do
      mkdir -p "aclImdb/$half/$label"
      for i in {0..19}; do echo "a $label film, number $i" >"aclImdb/$half/$label/${i}_$([[ $label == pos ]] && echo 9 || echo 2).txt"; done
    done
  done
  tar czf aclImdb_v1.tar.gz aclImdb
  lra generate listops --output data/listops --quiet
  lra train configs/lra/listops.yaml --output runs/lra-harness/listops/yoso/seed=1 --quiet
  cp -r runs/lra-harness runs/lra-two-cores
}

furnish_books() {
  local book
  ln -s "$data/tokenizers" data/tokenizers
  for book in "$data"/text/books/*; do head -c 20000 "$book" >"data/text/books/$(basename "$book")"; done
  pretrain prepare configs/pretrain/books/bert-tiny-softmax.yaml --quiet
}

furnish_pretrain() {
  printf 'The sea was calm.\nNobody spoke.\n' >text.txt
  pretrain train configs/pretrain/books/bert-tiny-softmax.yaml --output runs/first --quiet
  pretrain export runs/first --output FOLDER >/dev/null
}

furnish_tasks() {
  local split
  cp "$data/glue/CoLA/test.tsv" data/glue/CoLA/
  for split in train dev; do head -n 60 "$data/glue/CoLA/$split.tsv" >"data/glue/CoLA/$split.tsv"; done
  cp "$data/glue/MRPC/dev.tsv" dev.tsv
  awk -F '\t' 'NR == 1 { print "index\tprediction"; next } { print NR - 2 "\t" $1 }' dev.tsv >predictions.tsv
}

furnish_glue() {
  pretrain train configs/pretrain/books/bert-tiny-yoso.yaml --output runs/bert-tiny-yoso --quiet
  finetune train configs/glue/cola.yaml --set model.init_from=runs/bert-tiny-yoso --output runs/glue-books/cola --quiet
  cp -r runs/glue-books runs/glue-books-random
}

furnish_heads() {
  mkdir -p MODEL && echo text >review.txt
  lra generate listops --output data/listops --quiet
  lra train configs/smoke/listops.yaml --set task.data=data/listops --output runs/smoke --quiet
  "$README_BUILD/bin/attention_dump" runs/smoke --output heads.safetensors --rows 1 >/dev/null
}

run_blocks() { # PAGE
  local blocks status=0
  blocks=$(awk '/^```sh$/ { code = 1; next } /^```/ { code = 0 } code' "$1")
  [[ -n $blocks ]] || return 0
  case $1 in
    README.md | configs/pretrain/* | configs/glue/*)
      [[ -d $data/text/books && -d $data/glue && -d $data/tokenizers ]] || { echo "Skipped $1: no books, GLUE and tokenizers in $data" && return 0; }
      ;;
  esac
  (
    furnish "$folder/$(tr / _ <<<"$1")"
    case $1 in
      README.md | configs/README.md | configs/lra/* | lib/*) furnish_lra ;;&
      README.md | configs/pretrain/* | configs/glue/*) furnish_books ;;&
      README.md | configs/glue/*) furnish_tasks ;;&
      configs/pretrain/*) furnish_pretrain ;;&
      configs/glue/*) furnish_glue ;;&
      cuda_ops/*) furnish_heads ;;
      lib/*) sed 's/attention=cosine/attention=softmax/' <<<"$blocks" >blocks.sh ;; # the attention that the page adds
    esac
    [[ -e blocks.sh ]] || echo "$blocks" >blocks.sh
    bash -euo pipefail -x blocks.sh
  ) >"$folder/output" 2>&1 & # in the background, as `set -e` counts for nothing before `||`
  wait $! || status=$?
  [[ $status == 0 ]] || { tail -n 25 "$folder/output" && complain "$1: a command of the page fails (exit code $status)"; }
  echo "$1: $(grep -c '^[^#[:space:]]' <<<"$blocks") lines of commands ran"
}

for page in "${pages[@]}"; do
  check_links "$page"
  run_blocks "$page"
done
lines=$(wc -l <README.md) columns=$(LC_ALL=C.UTF-8 wc -L <README.md)
((lines <= 150 && columns <= 100)) || complain "README.md has $lines lines of up to $columns columns, more than 150 of 100"
