#!/usr/bin/env bash
# install.sh PREFIX: sets up, builds and installs programs, configurations and LibTorch's libraries into PREFIX, which
# then needs nothing but what PREFIX/bin/install-packages adds to a bare system. For images; works anywhere.
#
# YOSO_CUDA=OFF builds without CUDA kernels. YOSO_CACHE, YOSO_LIBTORCH and YOSO_CUDA count as for setup.sh. YOSO_COMMIT:
# what --version says where the sources have no history.
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

help_wanted "$@"
[[ $# == 1 ]] || fail "usage: install.sh PREFIX"
prefix=$(readlink -m "$1")
preset=release
[[ ${YOSO_CUDA:-ON} != OFF ]] || preset=cpu-only
cd "$root"
./scripts/build.sh "$preset" apps/all
cmake --install "build/$preset" --prefix "$prefix" >/dev/null
cp -r configs "$prefix/"
cp scripts/container/start "$prefix/bin/"

say "Copying LibTorch's libraries"
torch=$(readlink -f .deps/torch)
mkdir -p "$prefix/libtorch"
(cd "$torch/.." && find "$(basename "$torch")/lib" nvidia -name '*.so*' -print0 2>/dev/null || true) |
  tar -C "$torch/.." --null -T - -cf - | tar -C "$prefix/libtorch" -xf -
[[ $(basename "$torch") == torch ]] || mv "$prefix/libtorch/$(basename "$torch")" "$prefix/libtorch/torch"

# Debian's libraries that the programs load, by the names of their packages.
mapfile -t packages < <(
  for program in $(ls apps/*.cpp | sed -n 's,apps/\([a-z]*\)\.cpp,\1,p'); do
    [[ ! -x $prefix/bin/$program ]] || ldd "$prefix/bin/$program"
  done | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' | grep -v -e "^$prefix" -e "^$(dirname "$torch")" | sort -u |
    while read -r library; do
      dpkg-query -S "$library" 2>/dev/null || dpkg-query -S "/usr$library" 2>/dev/null ||
        dpkg-query -S "$(readlink -f "$library")" 2>/dev/null || true
    done | cut -d: -f1 | sort -u
)
[[ ${#packages[@]} != 0 ]] || fail "no package was found for the libraries of the programs"
cat >"$prefix/bin/install-packages" <<END
#!/bin/sh
# The Debian packages that the programs need.
set -e
apt-get -q update
DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends ${packages[*]}
rm -rf /var/lib/apt/lists/*
END
chmod +x "$prefix/bin/install-packages"
say "Installed $(du -sh "$prefix" | cut -f1) in $prefix"
