#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures DNS servers side by side: CPU time per query, in interleaved rounds.
#
#   compare.sh [options]                            starts ours and the peers, measures all paths
#   compare.sh [options] NAME=ADDR:PORT:PID ...     measures servers that run already
#
#   -r ROUNDS   rounds, 3 or more (5)       -s SECONDS  of a run (3)
#   -p PATHS    zone, cache, miss, latency, loss; comma between (all)
#
# Needs dnsperf, dig and ss (Debian: dnsperf bind9-dnsutils iproute2), and each peer that shall take
# part: nsd knot unbound dnsmasq-base gcc. One that is missing is named and left out. The ratio is
# to the first server of a table. Ends with 1 on a wrong answer or, in "loss", a lost query of ours;
# never because of speed.
set -euo pipefail
here=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
root=$(CDPATH='' cd -- "$here/../.." && pwd -P)

rounds=5 seconds=3 paths=zone,cache,miss,latency,loss
while getopts r:s:p: option; do
  case $option in
    r) rounds=$OPTARG ;;
    s) seconds=$OPTARG ;;
    p) paths=$OPTARG ;;
    *) sed -n '3,16s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
command -v dnsperf >/dev/null || { echo "compare: no dnsperf (Debian: apt-get install dnsperf)" >&2; exit 3; }

work=$(mktemp -d)
. "$here/lib.sh"
former_buffer=
trap 'stop_all; [ -z "$former_buffer" ] || echo "$former_buffer" >/proc/sys/net/core/rmem_default; rm -rf "$work"' EXIT
make_zone
wrong=0

# One run against one server: appends "CPU-µs/query q/s lost" to its file.
measure() { # word file options...
  local word=$1 file=$2 address port pid before after out sent got bad; shift 2
  IFS=: read -r address port pid <<<"${word#*=}"
  before=$(cpu_nanos "$pid")
  out=$(dnsperf -s "$address" -p "$port" -d "$work/queries.txt" -t 2 "$@" 2>&1) || true
  after=$(cpu_nanos "$pid")
  sent=$(awk '/Queries sent:/ { print $3 }' <<<"$out")
  got=$(awk '/Queries completed:/ { print $3 }' <<<"$out")
  bad=$(awk '/Response codes:/ { for (i = 3; i < NF; i += 3) if ($i != "NOERROR") print $i, $(i + 1) }' <<<"$out")
  if [ -n "$bad" ]; then say "${word%%=*}: wrong answers: $bad"; wrong=1; fi
  if [ "${got:-0}" -eq 0 ]; then say "${word%%=*}: no answer at all"; wrong=1; return; fi
  awk -v b="$before" -v a="$after" -v g="$got" -v s="$sent" \
    -v q="$(awk '/Queries per second:/ { print $4 }' <<<"$out")" \
    'BEGIN { printf "%.3f %.0f %d\n", (a - b) / g / 1000, q, s - g }' >>"$file"
}

# Prints a table of all words for one path.
table() { # title
  local word name file base='' m
  printf '\n%s\n%-14s %10s %17s %7s %9s %6s %5s\n' "$1" server µs/query min..max ratio q/s lost MiB
  for word in "${words[@]}"; do
    name=${word%%=*} file=$work/$name.$path
    [ -s "$file" ] || continue
    m=$(cut -d' ' -f1 "$file" | median)
    base=${base:-$m}
    printf '%-14s %10.2f %8.2f..%-8.2f %6.2f %9.0f %6d %5d\n' "$name" "$m" \
      "$(cut -d' ' -f1 "$file" | sort -n | head -1)" "$(cut -d' ' -f1 "$file" | sort -n | tail -1)" \
      "$(awk -v m="$m" -v b="$base" 'BEGIN { print m / b }')" "$(cut -d' ' -f2 "$file" | median)" \
      "$(awk '{ lost += $3 } END { print lost + 0 }' "$file")" "$(resident_mib "${word##*:}")"
  done
}

# Warm-up, then A B C A B C …
interleave() { # title options...
  local title=$1 round word; shift
  for word in "${words[@]}"; do
    IFS=: read -r address port _ <<<"${word#*=}"
    dnsperf -s "$address" -p "$port" -d "$work/each.txt" -n 1 -c 4 -q 50 -T 1 >/dev/null 2>&1 || true
    case $word in ours*) dnsperf -s "$address" -p "$port" -d "$work/queries.txt" -c 20 -q 200 -T 1 -l 10 >/dev/null 2>&1 || true ;; esac
  done
  for ((round = 0; round < rounds; round++)); do
    for word in "${words[@]}"; do measure "$word" "$work/${word%%=*}.$path" "$@"; done
  done
  table "$title"
}

# Latency at 5 000 q/s: percentiles over all rounds in ms.
latency() {
  local round word name address port
  for ((round = 0; round < rounds; round++)); do
    for word in "${words[@]}"; do
      IFS=: read -r address port _ <<<"${word#*=}"
      dnsperf -s "$address" -p "$port" -d "$work/queries.txt" -c 10 -q 100 -Q 5000 -l "$seconds" -v 2>/dev/null |
        awk '$1 == ">" { print $NF * 1000 }' >>"$work/${word%%=*}.latency"
    done
  done
  printf '\nLatency at 5 000 q/s, ms\n%-14s %8s %8s %8s %8s %12s\n' server p50 p99 p99.9 worst 'p99 ratio'
  local base='' p
  for word in "${words[@]}"; do
    name=${word%%=*}
    sort -n "$work/$name.latency" >"$work/sorted"
    read -r -a p <<<"$(awk '{ v[NR] = $1 } END { print v[int(NR * .5) + 1], v[int(NR * .99) + 1], v[int(NR * .999) + 1], v[NR] }' "$work/sorted")"
    base=${base:-${p[1]}}
    printf '%-14s %8.3f %8.3f %8.3f %8.3f %12.2f\n' "$name" "${p[@]}" "$(awk -v m="${p[1]}" -v b="$base" 'BEGIN { print m / b }')"
  done
}

# At 60 % of its own peak a server must lose nothing.
loss() {
  local word name peak address port out lost
  printf '\nLost queries at 60 %% of the own peak, %d s\n%-14s %9s %8s\n' $((seconds * 2)) server q/s lost
  for word in "${words[@]}"; do
    name=${word%%=*}
    [ -s "$work/$name.zone" ] || continue
    peak=$(cut -d' ' -f2 "$work/$name.zone" | median)
    IFS=: read -r address port _ <<<"${word#*=}"
    out=$(dnsperf -s "$address" -p "$port" -d "$work/queries.txt" -c 20 -q 1000 -T 1 -Q $((peak * 6 / 10)) -l $((seconds * 2)) 2>&1) || true
    lost=$(awk '/Queries lost:/ { print $3 }' <<<"$out")
    printf '%-14s %9d %8d\n' "$name" $((peak * 6 / 10)) "${lost:-0}"
    case $name in ours*) [ "${lost:-0}" -eq 0 ] || wrong=1 ;; esac
  done
}

peak=(-c 20 -q 200 -T 1 -l "$seconds")
if [ $# -gt 0 ]; then
  words=("$@")
  path=zone
  wants zone && interleave "CPU per query" "${peak[@]}"
  wants latency && latency
  wants loss && loss
  exit "$wrong"
fi

say "$(nproc) processors, $(uname -sr), $(java -version 2>&1 | head -1), $(date -I), $rounds rounds of $seconds s"
equal_buffers
if wants zone || wants latency || wants loss; then
  path=zone
  start_nsd; start_knot; start_floor
  start_ours ours-native --zone-file "$ZONE=$work/zone.txt" --transport native
  start_ours ours-netty --zone-file "$ZONE=$work/zone.txt" --transport netty
  if wants zone || wants loss; then interleave "Own zone, known names: CPU per query" "${peak[@]}"; fi
  if wants loss; then loss; fi
  if wants latency; then latency; fi
  stop_all; words=() started=()
fi
if wants cache || wants miss; then
  start_nsd; words=()
  if wants cache; then
    path=cache
    start_unbound; start_dnsmasq dnsmasq $NAMES
    start_ours ours-native --zone-forward "$ZONE=127.0.0.1:$nsd_port" --transport native
    start_ours ours-netty --zone-forward "$ZONE=127.0.0.1:$nsd_port" --transport netty
    interleave "Forwarder, answers in the cache: CPU per query" "${peak[@]}"
  fi
  if wants miss; then
    path=miss words=()
    start_dnsmasq dnsmasq-miss 0
    start_ours ours-miss --zone-forward "$ZONE=127.0.0.1:$nsd_port" --transport native --cache off
    interleave "Forwarder, nothing cached: CPU per query of the forwarder" -c 20 -q 100 -T 1 -l "$seconds"
  fi
fi
exit "$wrong"
