#!/usr/bin/env bash
# Writes runs/, rows/, shards/, configs/full/ and expected/ anew with the programs of version 0.1.0, from data/ and
# configs/. Only of use with a build of 0.1.0: these files say what that version wrote.
#   tests/golden/v0.1/make.sh FOLDER_WITH_PRETRAIN_FINETUNE_LRA
# Run it from anywhere. The work is done in a temporary folder, whose path becomes @ROOT@ in what is kept.
set -euo pipefail
[ $# = 1 ] || { sed -n '2,5s/^# //p' "$0"; exit 2; }
bin=$(cd "$1" && pwd)
golden=$(cd "$(dirname "$0")" && pwd)
"$bin/lra" --version | grep -q '^yoso 0\.1\.0 ' || { echo "$bin/lra is not version 0.1.0" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH=$bin:$PATH LC_ALL=C
cp -r "$golden/data" "$golden/configs" "$work"
cd "$work"
rm -rf configs/full
mkdir -p expected configs/full

program_of() {
  case $1 in
    *mlm* | *pretrain-*) echo pretrain ;;
    *glue* | *labelled* | *finetune-*) echo finetune ;;
    *) echo lra ;;
  esac
}

# What is prepared, and runs that end early.
lra prepare listops --input data/listops --output rows/listops --quiet
for objective in bert roberta; do pretrain prepare configs/pretrain-$objective.yaml --quiet; done
runs="pretrain-bert pretrain-roberta finetune-own finetune-mrpc lra-yoso lra-masked"
for run in $runs; do $(program_of "$run") train "configs/$run.yaml" --output "runs/$run" --quiet; done
# A sweep with one run to go.
lra sweep configs/sweep.yaml --quiet
mv runs/sweep runs/sweep-whole
mkdir runs/sweep
cp -r runs/sweep-whole/. runs/sweep
find runs/sweep -type d -name '*seed=2*' -prune -exec rm -r {} +
# The configurations with all keys, in full.
for config in configs/every-*.yaml; do
  $(program_of "$config") train "$config" --dump-config full > "configs/full/$(basename "$config")"
done
kept="runs rows shards configs expected"
for folder in $kept; do mkdir -p "kept/$folder" && cp -r "$folder/." "kept/$folder"; done
rm -rf kept/runs/sweep-whole

# What 0.1.0 makes of them.
for run in $runs; do
  $(program_of "$run") eval "runs/$run" --json --quiet --threads 1 > "kept/expected/eval-$run.json"
done
pretrain fill-mask runs/pretrain-bert 'alice said that the [MASK] was in the house now.' --json --threads 1 \
  > kept/expected/fill-mask-pretrain-bert.json
pretrain fill-mask runs/pretrain-roberta 'alice said that the <mask> was in' --json --threads 1 \
  > kept/expected/fill-mask-pretrain-roberta.json
cut -f 1 data/labelled_text/test.tsv | tail -n +2 > texts.txt
finetune predict runs/finetune-own --input texts.txt --quiet --threads 1 > kept/expected/predict-finetune-own.tsv
for run in pretrain-bert pretrain-roberta finetune-own; do
  pretrain export runs/$run --output export --quiet > table.txt
  cp export/config.json kept/expected/export-$run.json
  # The head of a safetensors file: its length, then names, types and shapes.
  length=$(od -An -tu8 -N8 export/model.safetensors | tr -d ' ')
  tail -c +9 export/model.safetensors | head -c "$length" > kept/expected/tensors-$run.json
  rm -r export
done
for run in $runs; do
  # Four steps longer.
  steps=$(sed -n 's/^ *"steps": \([0-9]*\),/\1/p' "runs/$run/result.json")
  $(program_of "$run") train "runs/$run" --resume --set "train.duration=$((steps + 4)) steps" --quiet
  cp "runs/$run/metrics.jsonl" "kept/expected/resumed-$run.jsonl"
done

# No path of this machine, no lock, no picture.
find kept \( -name lock -o -name curves.svg \) -delete
grep -rlIZF "$work" kept | xargs -0r sed -i "s|$work|@ROOT@|g"
if grep -rlF "$work" kept; then
  echo "these files hold $work" >&2
  exit 1
fi
for folder in $kept; do
  [ "$folder" = configs ] && folder=configs/full
  rm -rf "${golden:?}/$folder"
  cp -r "kept/$folder" "$golden/$folder"
done
