#!/usr/bin/env bash
# The Debian packages on a bare Debian 12: debs.sh BUILD WORK. Needs root, debootstrap and a Debian mirror; skipped (77) without.
set -euo pipefail
build="$1" work="$2" root="$2/root"
source="$(cd "$(dirname "$0")" && pwd)"

skip() { echo "SKIPPED: $*"; exit 77; }
[ "$(id -u)" = 0 ] || skip "needs root"
command -v debootstrap >/dev/null || skip "debootstrap is not installed"
mirror="$(sed -nE 's/^(URIs:|deb( \[[^]]*\])?) *(https?:[^ ]*\/debian)(\/? .*|\/?)$/\3/p' /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null | head -n 1 || true)"
[ -n "$mirror" ] || skip "no Debian mirror is configured"

unmount() { mountpoint -q "$root/proc" && umount "$root/proc"; return 0; }
trap unmount EXIT
unmount
rm -rf "$work"
mkdir -p "$work/debs"

echo "== packing"
cpack --config "$build/CPackConfig.cmake" -G DEB -B "$work/debs" >"$work/cpack.log" || { cat "$work/cpack.log"; exit 1; }
ls "$work/debs"/*.deb

echo "== a bare system"
debootstrap --variant=minbase bookworm "$root" "$mirror" >"$work/debootstrap.log" 2>&1 ||
  { tail -n 5 "$work/debootstrap.log"; skip "the mirror gave no base system"; }
for folder in apt.conf.d sources.list.d; do cp -r "/etc/apt/$folder/." "$root/etc/apt/$folder/" 2>/dev/null || true; done
mount -t proc proc "$root/proc"
inside() { chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }

if command -v patchelf >/dev/null; then
  echo "== the bundle, with nothing else installed"
  cmake -D build="$build" -D output="$root/opt/bundle" -P "$source/../../cmake/TandemBundle.cmake"
  inside /opt/bundle/bin/tandem-bench --version
  inside /opt/bundle/bin/tandem-bench devices
  rm -r "$root/opt/bundle"
fi

echo "== installing"
mkdir "$root/debs"
cp "$work/debs"/*.deb "$root/debs/"
inside apt-get update -q >"$work/apt.log" 2>&1
inside sh -c 'apt-get install -q -y --no-install-recommends /debs/*.deb' >>"$work/apt.log" 2>&1 || { tail -n 20 "$work/apt.log"; exit 1; }

echo "== the tools"
inside tandem-bench --version
inside tandem-bench devices
for file in bash-completion/completions/tandem-bench zsh/vendor-completions/_tandem-bench fish/vendor_completions.d/tandem-bench.fish; do
  inside test -s "/usr/share/$file"
done
if command -v help2man >/dev/null; then # without it the packages have no man pages
  inside test -s /usr/share/man/man1/tandem-bench.1
  inside test -s /usr/share/man/man1/tandem-bench-crossover.1
fi

echo "== a program against the installed library"
inside sh -c 'apt-get install -q -y --no-install-recommends g++ cmake ninja-build' >>"$work/apt.log" 2>&1
cp -r "$source/consumer" "$root/consumer"
inside cmake -G Ninja -S /consumer -B /build -DCMAKE_BUILD_TYPE=Release
inside cmake --build /build
inside /build/consumer
inside /build/streams_consumer /tmp

echo "== removing"
inside sh -c 'apt-get purge -q -y "libtandem*" tandem-tools' >>"$work/apt.log" 2>&1
leftovers="$(inside sh -c 'find / -xdev -name "*tandem*" -not -path "/debs/*" -not -path "/build/*" -not -path "/var/*" -not -path "/root/*"')"
[ -z "$leftovers" ] || { echo "left behind: $leftovers"; exit 1; }
unmount
rm -rf "$root"
echo "the packages install, run, build a program and go away"
