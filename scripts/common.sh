# shellcheck shell=bash
# Sourced by the other scripts: the project's root, messages, how many jobs fit.
set -euo pipefail
# shellcheck disable=SC2034 # used by those who source this
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Folders that the user names are relative to where the call was made, not to the root that scripts go to.
for variable in YOSO_CACHE YOSO_LIBTORCH YOSO_WHEELS YOSO_DATA; do
  [[ -z ${!variable:-} ]] || export "$variable=$(readlink -m "${!variable}")"
done

say() { printf '%s\n' "== $*"; }

fail() {
  printf '%s\n' "error: $*" >&2
  exit 1
}

# help_wanted ARGUMENTS...: when the first one asks for help, prints the comment at the top of the script and ends.
help_wanted() {
  [[ ${1:-} == -h || ${1:-} == --help ]] || return 0
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
  exit
}

# Compile jobs: one a core, but 1.5 GB of free memory each (a file that includes LibTorch takes 1.1 GB).
jobs() {
  local cores memory_mb limit
  cores=$(nproc)
  memory_mb=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || echo max)
  if [[ $limit != max ]] && ((limit / 1048576 < memory_mb)); then memory_mb=$((limit / 1048576)); fi
  local fitting=$((memory_mb / 1500))
  echo $((fitting < 1 ? 1 : fitting < cores ? fitting : cores))
}
