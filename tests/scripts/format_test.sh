#!/usr/bin/env bash
# Every C++ and CUDA source of the tree is as clang-format 14 leaves it, and no comment or string is reflowed by it
# (.clang-format): a table in a doc comment stays a table.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if ! command -v clang-format-14 >/dev/null; then
  echo "clang-format-14 is missing: sources were not checked (scripts/test.sh installs it)"
  exit 77
fi
config=$(clang-format-14 --dump-config)
for option in ReflowComments BreakStringLiterals; do
  grep -q "^$option: *false" <<<"$config" || { echo ".clang-format: $option must be false" && exit 1; }
done
# The check itself finds something: a reflowed line is refused.
if echo 'int   x ;' | clang-format-14 --dry-run -Werror --assume-filename=x.cpp >/dev/null 2>&1; then
  echo "clang-format-14 accepts anything" && exit 1
fi
mapfile -d '' -t files < <(find apps cuda_ops lib tests -type f \
  \( -name '*.h' -o -name '*.cpp' -o -name '*.cu' -o -name '*.cuh' \) -print0 | sort -z)
[[ ${#files[@]} != 0 ]] || { echo "no sources found" && exit 1; }
printf '%s\0' "${files[@]}" | xargs -0 -P "$(nproc)" -n 64 clang-format-14 --dry-run -Werror --ferror-limit=1
echo "${#files[@]} files are formatted"
