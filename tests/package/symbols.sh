#!/usr/bin/env bash
# The ABI promise: a library of one soname keeps every symbol that it once exported.
#   symbols.sh LIBRARY LIST            fails when a symbol of LIST is gone from LIBRARY; names those that LIST does not have yet
#   symbols.sh --record LIBRARY LIST   writes LIST anew (before a release, or with a new soname)
#   symbols.sh --self-test LIBRARY     a list of its own must pass, and one with a symbol more must fail
set -euo pipefail
export LC_ALL=C # the order of a list must not depend on who wrote it

# Functions and objects of namespace tandem; weak ones (templates, inline functions) belong to whoever uses them.
exported() { nm -D --defined-only "$1" | awk '$2 ~ /^[TDBR]$/ && $3 ~ /^_Z(T[VIS])?N[KO]*6tandem/ {print $3}' | sort -u; }

if [ "${1:-}" = --record ]; then
  mkdir -p "$(dirname "$3")"
  exported "$2" >"$3"
  echo "$(wc -l <"$3") symbols"
  exit 0
fi
if [ "${1:-}" = --self-test ]; then
  list="$(mktemp)"
  trap 'rm -f "$list"' EXIT
  "$0" --record "$2" "$list"
  [ "$(wc -l <"$list")" -gt 100 ] || { echo "hardly any symbol found"; exit 1; }
  "$0" "$2" "$list"
  { cat "$list"; echo _ZN6tandem4goneEv; } | sort -o "$list"
  if said="$("$0" "$2" "$list")"; then echo "a lost symbol went unnoticed"; exit 1; fi
  [[ "$said" == *"tandem::gone()"* ]] || { echo "the lost symbol is not named: $said"; exit 1; }
  exit 0
fi
[ -f "$2" ] || { echo "SKIPPED: no list of symbols for this version yet ($2)"; exit 77; }
lost="$(comm -13 <(exported "$1") "$2")"
new="$(comm -23 <(exported "$1") "$2" | wc -l)"
echo "$(wc -l <"$2") symbols promised, $new more exported"
[ -z "$lost" ] || { echo "lost, so the soname has to change:"; c++filt <<<"$lost"; exit 1; }
