#!/usr/bin/env bash
# check-includes.sh [--graph] [ROOT]: names every include that goes against the direction of the layers, and fails if there
# is one. --graph also prints the rooms of lib/yoso, lowest first, with their files and lines and the rooms they include.
#   apps -> lib -> cuda_ops -> kernels (CUDA run time only)
#   inside lib/yoso: util <- config <- report, text, data, runtime <- serialization, nn, batching <- tasks, bench
#                    <- train, interop <- results <- commands; nothing between two of one step
#   util, config, report, text and data know no LibTorch
# No header includes torch/torch.h: every source would pay for it.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

help_wanted "$@"
graph=0
[[ ${1:-} != --graph ]] || { graph=1 && shift; }
[[ $# -le 1 && ${1:-} != -* ]] || fail "check-includes.sh takes --graph and one folder (check-includes.sh --help)"
cd "${1:-$root}"

find cuda_ops lib apps tests -type f \( -name '*.h' -o -name '*.cpp' -o -name '*.cu' -o -name '*.cuh' \) -print0 2>/dev/null |
  sort -z | xargs -0r awk -v graph="$graph" '
  BEGIN {
    split("util|config|report text data runtime|serialization nn batching|tasks bench|train interop|results|commands",
          steps, "|")
    for (step in steps) {
      split(steps[step], rooms, " ")
      for (room in rooms) level[rooms[room]] = step + 0
      last = step > last ? step + 0 : last
    }
    split("util config report text data", plain, " ")
    for (i in plain) no_torch[plain[i]] = 1
  }
  FILENAME ~ /^lib\/yoso\// {
    split(FILENAME, in_lib, "/")
    lines[in_lib[3]]++
    if (FNR == 1) sources[in_lib[3]]++
  }
  function print_graph(  step, room, other, list) {
    for (step = 1; step <= last; step++) {
      for (room in level) {
        if (level[room] != step) continue
        list = ""
        for (other in level) if ((room, other) in uses) list = list " " other
        printf "%-14s %4d files %6d lines  includes%s\n", room, sources[room], lines[room], list == "" ? " nothing" : list
      }
    }
  }
  function breach(why) { printf "%s:%d: %s: %s\n", FILENAME, FNR, included, why; breaches++ }

  /^[ \t]*#[ \t]*include[ \t]*["<]/ {
    included = $0
    sub(/^[^"<]*["<]/, "", included)
    sub(/[">].*/, "", included)
    files[FILENAME] = 1
    split(FILENAME, at, "/")                    # lib/yoso/FOLDER/..., cuda_ops/yoso/ops/...
    ours = split(included, to, "/") >= 3 && to[1] == "yoso"

    if (FILENAME ~ /\.(h|cuh)$/ && included == "torch/torch.h") breach("too large for a header")
    if (at[1] ~ /^(lib|cuda_ops)$/ && included ~ /(^|\/)apps\//) breach("nobody includes apps")
    if (at[1] == "cuda_ops" && ours && to[2] != "ops") breach("cuda_ops knows nothing of lib")
    if (FILENAME ~ /^cuda_ops\/.*\/kernels\// && included ~ /^(torch|ATen|c10|caffe2)\//) breach("kernels know CUDA only")
    if (FILENAME ~ /^cuda_ops\/.*\/kernels\// && ours && included !~ /^yoso\/ops\/kernels\//) breach("kernels know CUDA only")
    if (at[1] == "lib" && at[3] in no_torch && included ~ /^(torch|ATen|c10)\//) breach(at[3] " knows no LibTorch")
    if (at[1] == "lib" && at[3] in no_torch && ours && to[2] == "ops") breach(at[3] " knows no operators")
    if (at[1] == "lib" && ours && to[2] != "ops" && to[2] != at[3]) {
      uses[at[3], to[2]] = 1
      if (!(at[3] in level)) breach("the folder " at[3] " has no place in the order of layers")
      else if (!(to[2] in level)) breach("the folder " to[2] " has no place in the order of layers")
      else if (level[to[2]] >= level[at[3]]) breach(at[3] " may not include " to[2])
    }
  }
  END {
    for (file in files) count++
    if (graph) print_graph()
    printf "%d files checked, %d breaches\n", count, breaches
    exit breaches > 0 || count == 0
  }'
