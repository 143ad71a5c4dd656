#!/usr/bin/env bash
# quickstart.sh: from nothing to trained models. Sets up what is missing, builds, generates a short ListOps, trains
# YOSO, YOSO with a small convolution (YOSO-C) and softmax on it, draws their curves and prints a table.
# A second call continues where the first one ended and repeats nothing that is done.
#
# YOSO_CACHE, YOSO_LIBTORCH and YOSO_CUDA count as for setup.sh.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

help_wanted "$@"
[[ $# == 0 ]] || fail "quickstart.sh takes no arguments"
cd "$root"
data=data/listops-quick # the folder that configs/lra/quick/common.yaml names
runs=runs/quickstart
lra=build/dev/bin/lra

./scripts/build.sh dev lra

say "Data: ListOps expressions of 10 to 64 tokens"
"$lra" generate listops --output "$data" --train 20000 --min-length 10 --max-length 64

trained=()
for name in yoso yoso-conv softmax; do
  say "Training $name, 2,000 steps"
  "$lra" train "configs/lra/quick/$name.yaml" --output "$runs/$name" --resume
  trained+=("$runs/$name")
done

say "Result"
"$lra" table "${trained[@]}" --curves "$runs/curves.svg" | tee "$runs/table.txt"
cat <<END

Curves      $runs/curves.svg
Table       $runs/table.txt
Runs        $runs/*/ (config.yaml, metrics.jsonl, result.json, log.txt, curves.svg, checkpoints/)
Data        $data/
Programs    build/dev/bin/ ($lra --help)
END
