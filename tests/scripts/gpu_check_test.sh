#!/usr/bin/env bash
# scripts/gpu-check.sh on a machine without a GPU: one clear line, exit code 1, and nothing built or written.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf '#!/bin/sh\necho "No devices were found"\nexit 6\n' >"$folder/nvidia-smi"
chmod +x "$folder/nvidia-smi"

# Whether nvidia-smi is missing or finds nothing.
for path in "$folder:$PATH" "/usr/bin:/bin"; do
  [[ $path == "$folder"* ]] || ! PATH=$path command -v nvidia-smi >/dev/null || continue
  status=0
  PATH=$path "$root/scripts/gpu-check.sh" "$folder/results" >"$folder/output" 2>&1 || status=$?
  [[ $status == 1 ]] || { echo "exit code $status" && cat "$folder/output" && exit 1; }
  [[ $(wc -l <"$folder/output") == 1 ]] && grep -q '^error: no NVIDIA GPU is usable here' "$folder/output" ||
    { echo "expected one line" && cat "$folder/output" && exit 1; }
  [[ ! -e $folder/results ]] || { echo "a folder of results was made" && exit 1; }
done
