# shellcheck shell=bash
# Sourced by setup.sh: the wheels of wheels.txt, how they are downloaded, checked and unpacked. The wheels are carriers of
# libraries and headers; but for the set `python`, nothing of Python is run.
# shellcheck disable=SC2154 # root is set by common.sh

# wheels SET...: BYTES SHA256 FILE of each wheel of these sets for this processor.
wheels() {
  awk -v wanted="$*" -v processor="$(uname -m)" '
    BEGIN { split(wanted, list, " "); for (i in list) is_wanted[list[i]] = 1 }
    /^#/ || NF != 4 || $4 !~ ("(" processor "|-any)\\.whl$") { next }
    { split($1, sets, "+"); for (i in sets) if (sets[i] in is_wanted) { print $2, $3, $4; next } }' "$root/scripts/wheels.txt"
}

# gigabytes SET...: the size of the download, such as 2.5.
gigabytes() { wheels "$@" | awk '{ bytes += $1 } END { printf "%.1f", bytes / 1e9 }'; }

# requirements: BYTES SHA256 FILE to lines for pip, which accepts no file with another checksum then.
requirements() { awk '{ split($3, part, "-"); print part[1] "==" part[2] " --hash=sha256:" $2 }'; }

# python_with_pip: a Python that has pip; the first one on the PATH may be somebody's own without it.
python_with_pip() {
  local python
  for python in python3 /usr/bin/python3; do
    if "$python" -m pip --version >/dev/null 2>&1; then
      echo "$python"
      return
    fi
  done
  return 1
}

# run_pip FOLDER ARGUMENTS...: pip, with its files in FOLDER/tmp (the same disk, and never a small /tmp); of its errors
# only warnings show, the rest ends in FOLDER/tmp/errors.
run_pip() {
  local tmp=$1/tmp python
  shift
  python=$(python_with_pip) || fail "python3 has no pip"
  rm -rf "$tmp"
  mkdir -p "$tmp"
  cat >"$tmp/requirements.txt"
  # The variables outweigh a user's pip.conf that would not go with --target.
  {
    TMPDIR=$tmp PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 \
      "$python" -m pip "$@" --no-cache-dir --no-deps --require-hashes --only-binary :all: --python-version 3.11 \
      -r "$tmp/requirements.txt" 2>&1 >&3 | tee "$tmp/errors" | { grep --line-buffered '^WARNING' >&2 || true; }
  } 3>&1
}

# pip_reason FOLDER: what pip said last, in one line.
pip_reason() { sed -n 's/^ERROR: //p' "$1/tmp/errors" | head -1 | cut -c 1-300; }

# wrong_wheels FOLDER SET...: the files of the sets in FOLDER whose checksums are not those of wheels.txt.
wrong_wheels() {
  local folder=$1
  shift
  (cd "$folder" && wheels "$@" | awk '{ print $2 "  " $3 }' | sha256sum --check --quiet 2>/dev/null | sed 's/: .*//') || true
}

# join: lines to `a, b, c`.
join() { paste -sd, | sed 's/,/, /g'; }

# check_wheels FOLDER SET...: names all that are missing, at once.
check_wheels() {
  local folder=$1 missing
  shift
  missing=$(wheels "$@" | while read -r _ _ file; do [[ -e $folder/$file ]] || echo "$file"; done | join)
  [[ -z $missing ]] || fail "YOSO_WHEELS=$folder lacks $missing (setup.sh --download DIR fills a folder)"
}

# download_wheels FOLDER SET...: each wheel by itself, so that a second call has only the rest to do.
download_wheels() {
  local folder=$1 bytes hash file got
  shift
  [[ -n $(wheels "$@") ]] || fail "there are no wheels for $(uname -m) (YOSO_LIBTORCH=DIR names another LibTorch)"
  while read -r bytes hash file <&4; do
    [[ ! -e $folder/$file || -n $(cd "$folder" && sha256sum --check --quiet <<<"$hash  $file" 2>/dev/null) ]] || continue
    rm -f "$folder/$file"
    run_pip "$folder" download --dest "$folder" < <(requirements <<<"$bytes $hash $file") || {
      got=$(sed -n 's/^ *Got  *\([0-9a-f]\{64\}\)$/\1/p' "$folder/tmp/errors" | head -1)
      [[ -z $got ]] ||
        fail "$file: the download has the sha256 $got, but scripts/wheels.txt names $hash; nothing was installed"
      fail "$file could not be downloaded: $(pip_reason "$folder"); run this again to go on"
    }
  done 4< <(wheels "$@")
  rm -rf "$folder/tmp"
}

# fetch_wheels FOLDER GB SET: unpacks a set into FOLDER.partial/unpacked, to be renamed when it is complete. What an
# interrupted call downloaded is kept for the next one.
fetch_wheels() {
  local partial=$1.partial gigabytes=$2 set=$3 from=${YOSO_WHEELS:-$1.partial/wheels} free_gb wrong
  mkdir -p "$partial"
  free_gb=$(df --output=avail -BG "$partial" | tail -1 | tr -dc 0-9)
  ((free_gb >= gigabytes)) || fail "$cache: $gigabytes GB are needed, $free_gb GB are free (YOSO_CACHE names another folder)"
  if [[ -z ${YOSO_WHEELS:-} ]]; then
    mkdir -p "$from"
    download_wheels "$from" "$set"
  fi
  rm -rf "$partial/unpacked"
  run_pip "$partial" install --quiet --no-compile --no-index --find-links "$from" --target "$partial/unpacked" \
    < <(wheels "$set" | requirements) || {
    wrong=$(wrong_wheels "$from" "$set" | join)
    [[ -z $wrong ]] || fail "$from: the sha256 is not that of scripts/wheels.txt: $wrong; nothing was installed"
    fail "the wheels of $from could not be unpacked: $(pip_reason "$partial")"
  }
}
