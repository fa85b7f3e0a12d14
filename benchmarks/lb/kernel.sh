#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures the data paths of the kernel, in network namespaces and a control group of their own.
#   kernel.sh [-r ROUNDS] [-s SECONDS] [-n VIPS] [-p PARTS]
# PARTS, separated by commas: load (all VIPs with three back ends each, beside `nft -f` of the same
# rules), change (one back end or VIP of them), connect (CPU of generator and server together for a
# connection, beside direct ones). Needs root, wrk, nginx, nft and benchmarks.jar (mvn -DskipTests
# package; JAR names another class path). Ratios are taken in each round; what is shown is their
# median. Ends with 1 on a wrong answer; never because of speed.
set -euo pipefail
here=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
root=$(CDPATH='' cd -- "$here/../.." && pwd -P)
jar=${JAR:-$root/benchmarks/target/benchmarks.jar}

rounds=5 seconds=2 vips=10000 paths=load,change,connect
while getopts r:s:n:p: option; do
  case $option in
    r) rounds=$OPTARG ;;
    s) seconds=$OPTARG ;;
    n) vips=$OPTARG ;;
    p) paths=$OPTARG ;;
    *) sed -n '3,10s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
[ "$(id -u)" -eq 0 ] || { echo "kernel: root is needed" >&2; exit 3; }
[ -n "${JAR:-}" ] || [ -f "$jar" ] || { echo "kernel: no $jar (build it: mvn -DskipTests package)" >&2; exit 3; }

work=$(mktemp -d) tag=dcosnet-bench-$$ wrong=0 answer=''
. "$here/kernel-lib.sh"
trap 'remove_places; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
have kernel nft nftables || exit 3

note() { echo "$2" >>"$work/$1"; } # file value
middle() { if [ -s "$work/$1" ]; then median <"$work/$1"; else echo 0; fi; }
least() { sort -n "$work/$1" 2>/dev/null | head -1; }
most() { sort -n "$work/$1" 2>/dev/null | tail -1; }
by() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f\n", (b > 0 ? a / b : 0) }'; }

goal() { # what value most
  awk -v w="$1" -v v="$2" -v m="$3" 'BEGIN { printf "goal: %s <= %s: %.2f, %s\n", w, m, v, (v > 0 && v <= m ? "met" : "MISSED") }'
}

# The text of a rule is not always the one that it was made from.
rules() { in_place bulk nft list table inet dcosnet_lb | sed 's/ reject with icmp.*/ reject/'; }

start_both() {
  [ -z "${asks[nft]:-}" ] || return 0
  make_place bulk
  start_path nft bulk nftables
  if make_group; then start_path socket bulk socket "$group"; fi
}

# One round: ours, nft -f, ours by sockets. Leaves nothing.
load_round() { # suffix-of-files
  local begun took nft_took
  if ask nft load "$vips"; then
    took=$answer
    [ -s "$work/rules.nft" ] || in_place bulk nft list table inet dcosnet_lb >"$work/rules.nft"
    rules >"$work/ours.rules"
    ask nft unload || true
    note "load.nft$1" "$took"
    begun=$(date +%s%N)
    in_place bulk nft -f "$work/rules.nft" || { say "nft -f refuses our rules"; wrong=1; return; }
    nft_took=$(by "$(($(date +%s%N) - begun))" 1000000)
    rules >"$work/nft.rules"
    in_place bulk nft delete table inet dcosnet_lb
    cmp -s "$work/ours.rules" "$work/nft.rules" || { say "nft -f made other rules than ours"; wrong=1; }
    note "load.text$1" "$nft_took"
    note "load.nft-ratio$1" "$(by "$took" "$nft_took")"
  fi
  [ -n "$group" ] || return 0
  if ask socket load "$vips"; then
    note "load.socket$1" "$answer"
    note "load.socket-ratio$1" "$(by "$answer" "${nft_took:-0}")"
    ask socket unload || true
  fi
}

load() {
  local round name
  start_both
  load_round .first
  for ((round = 0; round < 3; round++)); do load_round .warm; done
  for ((round = 0; round < rounds; round++)); do load_round ''; done
  printf '\n%s VIPs with 3 back ends each, loaded: ms\n%-10s %9s %19s %7s %9s\n' "$vips" path load min..max ratio "first"
  for name in text nft socket; do
    [ -s "$work/load.$name" ] || continue
    printf '%-10s %9.1f %9.1f..%-8.1f %7.2f %9.1f\n' "${name/text/nft -f}" "$(middle "load.$name")" \
      "$(least "load.$name")" "$(most "load.$name")" \
      "$(if [ $name = text ]; then echo 1; else middle "load.$name-ratio"; fi)" "$(middle "load.$name.first")"
  done
  goal "nft load / nft -f" "$(middle load.nft-ratio)" 1.0
  if [ -n "$group" ]; then goal "socket load / nft -f" "$(middle load.socket-ratio)" 1.0; fi
}

change() {
  local round kind name p50 p99 worst times=100 names=(nft)
  start_both
  if [ -n "$group" ]; then names+=(socket); fi
  for name in "${names[@]}"; do
    ask "$name" load "$vips" || return 0
    for kind in replace add vip replace add vip; do ask "$name" change $kind $times || return 0; done
  done
  for ((round = 0; round < rounds; round++)); do
    for kind in replace add vip; do
      for name in "${names[@]}"; do
        ask "$name" change $kind $times || return 0
        read -r p50 p99 worst <<<"$answer"
        note "$name.$kind.p50" "$p50"; note "$name.$kind.p99" "$p99"; note "$name.$kind.worst" "$worst"
      done
    done
  done
  for name in "${names[@]}"; do ask "$name" unload || true; done
  printf '\nOne change with %s VIPs, from apply() to its report: ms, medians of %s rounds of %s\n%-10s %-8s %8s %8s %8s\n' \
    "$vips" "$rounds" $times path change p50 p99 worst
  for name in "${names[@]}"; do
    for kind in replace add vip; do
      printf '%-10s %-8s %8.2f %8.2f %8.2f\n' "$name" $kind "$(by "$(middle "$name.$kind.p50")" 1000)" \
        "$(by "$(middle "$name.$kind.p99")" 1000)" "$(by "$(most "$name.$kind.worst")" 1000)"
    done
  done
  for name in "${names[@]}"; do
    for kind in replace add vip; do goal "$name $kind p99, ms" "$(by "$(middle "$name.$kind.p99")" 1000)" 5; done
  done
}

declare -A webs
make_web() { # place
  make_place "$1"
  start_web "$1"
  webs[$1]=$web_pid
}

# Leaves in the kernel what a path has made there, without its process.
leave_path() { # word place count path...
  local word=$1 place=$2 count=$3; shift 3
  start_path "$word" "$place" "$@"
  ask "$word" load "$count" 127.0.0.1:8081 127.0.0.1:8082 127.0.0.1:8083 && ask "$word" leave || return 1
  end_path "$word"
}

# wrk as it is, or in the group: it must be there before it enters the namespace, whose /sys may hide it.
generate() { # word place seconds url; to $work/wrk.out, and its CPU time to $work/wrk.time
  local into=/dev/null TIMEFORMAT='%U %S'
  if [ "$1" = socket ]; then into=$group/cgroup.procs; fi
  { time bash -c 'echo $$ >"$0"; exec nsenter "$@"' "$into" "$(net_of "$2")" \
    wrk -t1 -c64 "-d${3}s" -H 'Connection: close' "$4" >"$work/wrk.out" 2>&1; } 2>"$work/wrk.time" || true
}

# One run: sets per_connection, CPU-µs of generator and server.
connect_once() { # word place url
  local before after count web=${webs[$2]}
  before=$(cpu_nanos "$web")
  generate "$1" "$2" "$seconds" "$3"
  after=$(cpu_nanos "$web")
  count=$(awk '/requests in/ { print $1 }' "$work/wrk.out")
  per_connection=0
  if grep -q 'Non-2xx' "$work/wrk.out"; then say "$1: wrong answers: $(grep Non-2xx "$work/wrk.out")"; wrong=1; fi
  if grep -q 'Socket errors' "$work/wrk.out"; then say "$1: $(grep 'Socket errors' "$work/wrk.out")"; fi
  if [ "${count:-0}" -eq 0 ]; then say "$1: no answer at all: $(tail -n 1 "$work/wrk.out")"; wrong=1; return; fi
  per_connection=$(awk -v s="$((after - before))" -v n="$count" '{ printf "%.2f", (($1 + $2) * 1e6 + s / 1000) / n }' "$work/wrk.time")
  sleep 1
  # Connections that have ended fill the table of those that are tracked.
  if command -v conntrack >/dev/null; then in_place "$2" conntrack -F >/dev/null 2>&1 || true; fi
}

connect() {
  local round word place url way direct=0 one=0 names=() runs=()
  have connect wrk wrk && have connect nginx nginx || return 0
  make_web plain; make_web one; make_web many
  runs=("direct plain http://127.0.0.1:8081/" "tracked one http://127.0.0.1:8081/")
  leave_path leave-one one 1 nftables && runs+=("nft-1 one http://11.0.0.1/")
  leave_path leave-many many "$vips" nftables && runs+=("nft-$vips many http://11.0.0.1/")
  if [ -n "$group" ] || make_group; then
    leave_path leave-socket plain "$vips" socket "$group" && runs+=("socket plain http://11.0.0.1/")
  fi
  for ((round = -1; round < rounds; round++)); do
    for way in "${runs[@]}"; do
      read -r word place url <<<"$way"
      connect_once "$word" "$place" "$url"
      if [ "$round" -lt 0 ]; then names+=("$word"); continue; fi # to warm up
      if [ "$word" = direct ]; then direct=$per_connection; fi
      if [ "$word" = nft-1 ]; then one=$per_connection; fi
      note "connect.$word" "$per_connection"
      note "ratio.$word" "$(by "$per_connection" "$direct")"
      if [ "$word" = "nft-$vips" ]; then note many.one "$(by "$per_connection" "${one:-0}")"; fi
    done
  done
  printf '\nA new connection: CPU of generator and server, µs, %s rounds of %s s\n%-12s %9s %19s %7s %15s\n' \
    "$rounds" "$seconds" way µs/conn min..max ratio min..max
  for word in "${names[@]}"; do
    printf '%-12s %9.1f %9.1f..%-8.1f %7.2f %7.2f..%-6.2f\n' "$word" "$(middle "connect.$word")" "$(least "connect.$word")" \
      "$(most "connect.$word")" "$(middle "ratio.$word")" "$(least "ratio.$word")" "$(most "ratio.$word")"
  done
  goal "nft / direct" "$(middle "ratio.nft-$vips")" 1.3
  goal "nft, $vips VIPs / 1 VIP" "$(middle many.one)" 1.05
  if [ -n "$group" ]; then goal "socket / direct" "$(middle ratio.socket)" 1.05; fi
}

say "$(nproc) processors, load $(cut -d' ' -f1-3 /proc/loadavg), $(uname -sr), $(nft --version), $(java -version 2>&1 | head -1), $(date -I)"
for part in load change connect; do
  if wants $part; then $part; fi
done
say "load at the end: $(cut -d' ' -f1-3 /proc/loadavg)"
exit "$wrong"
