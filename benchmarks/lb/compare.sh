#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compares TCP load balancers in user space by the CPU time that they take.
#   compare.sh [-r ROUNDS] [-s SECONDS] [-p PATHS] [NAME=ADDR:PORT:PID ...]
# PATHS, separated by commas: keep (requests over kept connections), close (a connection for each
# request), bulk (gigabytes), latency (one request after the other). Without words it starts
# ours, HAProxy, nginx stream and the back ends themselves; with words it measures "keep" and "close"
# of what runs already. Needs wrk, for bulk iperf3, and benchmarks.jar (mvn -DskipTests package; JAR
# names another class path). Peers that are missing are named and left out. The ratio is to the first
# server of a table. Ends with 1 on a wrong answer; never because of speed.
set -euo pipefail
here=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
root=$(CDPATH='' cd -- "$here/../.." && pwd -P)
jar=${JAR:-$root/benchmarks/target/benchmarks.jar}

rounds=5 seconds=4 paths=keep,close,bulk,latency
while getopts r:s:p: option; do
  case $option in
    r) rounds=$OPTARG ;;
    s) seconds=$OPTARG ;;
    p) paths=$OPTARG ;;
    *) sed -n '3,11s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
command -v wrk >/dev/null || { echo "compare: no wrk (Debian: apt-get install wrk)" >&2; exit 3; }

work=$(mktemp -d)
. "$here/lib.sh"
trap 'stop_all; rm -rf "$work"' EXIT
wrong=0

# One run of wrk against one server: appends "CPU-µs/request requests/s" to its file.
measure_http() { # word file options...
  local word=$1 file=$2 address port pid before after out count; shift 2
  IFS=: read -r address port pid <<<"${word#*=}"
  before=$(cpu_nanos "$pid")
  out=$(wrk -t1 -c64 -d"${seconds}s" "$@" "http://$address:$port/" 2>&1) || true
  after=$(cpu_nanos "$pid")
  count=$(awk '/requests in/ { print $1 }' <<<"$out")
  if grep -q 'Non-2xx' <<<"$out"; then say "${word%%=*}: wrong answers: $(grep Non-2xx <<<"$out")"; wrong=1; fi
  if grep -q 'Socket errors' <<<"$out"; then say "${word%%=*}: $(grep 'Socket errors' <<<"$out")"; fi
  if [ "${count:-0}" -eq 0 ]; then say "${word%%=*}: no answer at all"; wrong=1; return; fi
  awk -v b="$before" -v a="$after" -v n="$count" -v q="$(awk '/Requests.sec/ { print $2 }' <<<"$out")" \
    'BEGIN { printf "%.2f %.0f\n", (a - b) / n / 1000, q }' >>"$file"
}

# One run of iperf3 through one server: appends "CPU-s/GB Gbit/s".
measure_bulk() { # word file
  local word=$1 file=$2 address port pid before after out octets; shift 2
  IFS=: read -r address port pid <<<"${word#*=}"
  before=$(cpu_nanos "$pid")
  out=$(iperf3 -c "$address" -p "$port" -P 4 -t "$seconds" -J 2>&1) || true
  after=$(cpu_nanos "$pid")
  octets=$(awk '/"sum_received"/ { found = 1 } found && /"bytes"/ { gsub(/[^0-9]/, ""); print; exit }' <<<"$out")
  if [ "${octets:-0}" -eq 0 ]; then say "${word%%=*}: nothing came: $(tail -n 3 <<<"$out" | tr '\n' ' ')"; wrong=1; return; fi
  awk -v b="$before" -v a="$after" -v n="$octets" -v s="$seconds" \
    'BEGIN { printf "%.3f %.1f\n", (a - b) / n, n * 8 / s / 1e9 }' >>"$file"
}

# Prints a table of all words for one path.
table() { # title unit rate
  local word name file base='' m
  printf '\n%s\n%-14s %10s %17s %7s %9s %5s\n' "$1" server "$2" min..max ratio "$3" MiB
  for word in "${words[@]}"; do
    name=${word%%=*} file=$work/$name.$path
    [ -s "$file" ] || continue
    m=$(cut -d' ' -f1 "$file" | median)
    base=${base:-$m}
    printf '%-14s %10.2f %8.2f..%-8.2f %6.2f %9.1f %5d\n' "$name" "$m" \
      "$(cut -d' ' -f1 "$file" | sort -n | head -1)" "$(cut -d' ' -f1 "$file" | sort -n | tail -1)" \
      "$(awk -v m="$m" -v b="$base" 'BEGIN { print m / b }')" "$(cut -d' ' -f2 "$file" | median)" \
      "$(resident_mib "${word##*:}")"
  done
}

# Warm-up, then A B C A B C …; connections need a pause, as closed ones keep their ports for a while.
interleave() { # measure options...
  local measure=$1 round word; shift
  for word in "${words[@]}"; do
    "$measure" "$word" "$work/warm" "$@"
    case $word in ours*) for ((round = 0; round < 4; round++)); do "$measure" "$word" "$work/warm" "$@"; done ;; esac
  done
  for ((round = 0; round < rounds; round++)); do
    for word in "${words[@]}"; do
      measure_pause
      "$measure" "$word" "$work/${word%%=*}.$path" "$@"
    done
  done
}
measure_pause() { if [ "$path" = close ]; then sleep 3; fi; }

keep_and_close() {
  if wants keep; then
    path=keep
    interleave measure_http
    table "Kept connections: CPU of the server per request" µs/request requests/s
  fi
  if wants close; then
    path=close
    interleave measure_http -H 'Connection: close'
    table "A connection for each request: CPU of the server per connection" µs/conn conn/s
  fi
}

# Of requests one after the other; wrk cannot pace itself. Percentiles in µs.
latency() {
  local word name address port round
  printf '\nLatency of a request on one connection at a time, µs\n%-14s %8s %8s\n' server p50 p99
  for ((round = 0; round < rounds; round++)); do
    for word in "${words[@]}"; do
      IFS=: read -r address port _ <<<"${word#*=}"
      wrk -t1 -c1 -d"${seconds}s" --latency "http://$address:$port/" |
        awk '/50%|99%/ { v = $2; u = v; gsub(/[0-9.]/, "", u); gsub(/[a-z]/, "", v); printf "%s ", v * (u == "ms" ? 1000 : u == "s" ? 1e6 : 1) } END { print "" }' >>"$work/${word%%=*}.latency"
    done
  done
  for word in "${words[@]}"; do
    name=${word%%=*}
    printf '%-14s %8.0f %8.0f\n' "$name" "$(cut -d' ' -f1 "$work/$name.latency" | median)" "$(cut -d' ' -f2 "$work/$name.latency" | median)"
  done
}

if [ $# -gt 0 ]; then
  words=("$@")
  keep_and_close
  exit "$wrong"
fi

[ -n "${JAR:-}" ] || [ -f "$jar" ] || { echo "compare: no $jar (build it: mvn -DskipTests package)" >&2; exit 3; }
say "$(nproc) processors, $(uname -sr), $(java -version 2>&1 | head -1), $(date -I), $rounds rounds of $seconds s"
say "$(haproxy -v 2>/dev/null | head -1)" "$(nginx -v 2>&1)"
if wants keep || wants close || wants latency; then
  have web nginx nginx || exit 3
  start_web
  direct=("${words[@]}") words=()
  start_haproxy haproxy "$web_port"
  start_nginx_stream nginx-stream "$web_port"
  start_ours ours "$web_port"
  words+=("${direct[@]}")
  keep_and_close
  if wants latency; then latency; fi
  stop_all; words=() started=()
fi
if wants bulk; then
  have bulk iperf3 iperf3 || exit "$wrong"
  path=bulk
  start_bulk
  words=()
  start_haproxy haproxy "$bulk_port" "option splice-auto"
  start_haproxy haproxy-copy "$bulk_port"
  start_nginx_stream nginx-stream "$bulk_port"
  start_ours ours "$bulk_port"
  interleave measure_bulk
  table "Bulk, 4 connections: CPU of the server per GB" s/GB Gbit/s
fi
exit "$wrong"
