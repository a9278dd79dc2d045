#!/usr/bin/env bash
# The ABI promise: a library of one soname keeps every symbol that it once exported.
#   symbols.sh LIBRARY LIST            fails when a symbol of LIST is gone from LIBRARY; names those that LIST does not have yet
#   symbols.sh --record LIBRARY LIST   writes LIST anew (before a release, or with a new soname)
set -euo pipefail

# Functions and objects of namespace tandem; weak ones (templates, inline functions) belong to whoever uses them.
exported() { nm -D --defined-only "$1" | awk '$2 ~ /^[TDBR]$/ && $3 ~ /^_Z(T[VIS])?N[KO]*6tandem/ {print $3}' | sort -u; }

if [ "${1:-}" = --record ]; then
  mkdir -p "$(dirname "$3")"
  exported "$2" >"$3"
  echo "$(wc -l <"$3") symbols"
  exit 0
fi
[ -f "$2" ] || { echo "SKIPPED: no list of symbols for this version yet ($2)"; exit 77; }
lost="$(comm -13 <(exported "$1") "$2")"
new="$(comm -23 <(exported "$1") "$2" | wc -l)"
echo "$(wc -l <"$2") symbols promised, $new more exported"
[ -z "$lost" ] || { echo "lost, so the soname has to change:"; c++filt <<<"$lost"; exit 1; }
