#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures how long a host takes to know all others of an IPv4 overlay, in network namespaces of its
# own: a neighbour, a forwarding entry, a route to its subnet and one to its address for each.
#   netlink.sh [-r ROUNDS] [-n PEERS]
# Beside ours, from apply() to its report with devices, settings and filters: `ip -batch` and `bridge
# -batch` with the same entries, on a device that is there. Needs root, iproute2, libnftables1 and
# benchmarks.jar (mvn -DskipTests package; JAR names another class path). Ratios are taken in each
# round; what is shown is their median. Ends with 1 when something is refused or missing; never
# because of speed.
set -euo pipefail
here=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
root=$(CDPATH='' cd -- "$here/../.." && pwd -P)
jar=${JAR:-$root/benchmarks/target/benchmarks.jar}

rounds=5 peers=10000
while getopts r:n: option; do
  case $option in
    r) rounds=$OPTARG ;;
    n) peers=$OPTARG ;;
    *) sed -n '3,11s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
[ "$(id -u)" -eq 0 ] || { echo "netlink: root is needed" >&2; exit 3; }
[ -n "${JAR:-}" ] || [ -f "$jar" ] || { echo "netlink: no $jar (build it: mvn -DskipTests package)" >&2; exit 3; }

work=$(mktemp -d) tag=dcosnet-bench-$$ wrong=0 answer=''
# shellcheck source=benchmarks/lib.sh
. "$here/../lib.sh"
places=()
remove_all() {
  local place
  stop_all
  for place in "${places[@]}"; do ip netns del "$tag-$place" 2>/dev/null || true; done
  rm -rf "$work"
}
trap remove_all EXIT
trap 'exit 130' INT TERM
have netlink bridge iproute2 || exit 3

note() { echo "$2" >>"$work/$1"; } # file value
middle() { if [ -s "$work/$1" ]; then median <"$work/$1"; else echo 0; fi; }
least() { sort -n "$work/$1" 2>/dev/null | head -1; }
most() { sort -n "$work/$1" 2>/dev/null | tail -1; }
by() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f\n", (b > 0 ? a / b : 0) }'; }

goal() { # what value most
  awk -v w="$1" -v v="$2" -v m="$3" 'BEGIN { printf "goal: %s <= %s: %.2f, %s\n", w, m, v, (v > 0 && v <= m ? "met" : "MISSED") }'
}

# A host with an address on the underlay.
make_host() { # name
  ip netns add "$tag-$1"
  places+=("$1")
  ip -n "$tag-$1" link set lo up
  ip -n "$tag-$1" link add eth0 type veth peer name far
  ip -n "$tag-$1" link set far up
  ip -n "$tag-$1" link set eth0 up
  ip -n "$tag-$1" address add 10.0.0.1/8 dev eth0
}

# What each way must have made.
count() { # name
  local net=$tag-$1
  echo "$(ip -n "$net" neigh show dev vtep1024 nud permanent | wc -l)" \
    "$(bridge -n "$net" fdb show dev vtep1024 | grep -c permanent)" \
    "$(ip -n "$net" route show proto 201 | wc -l)" \
    "$(ip -n "$net" route show table 42 | wc -l)"
}

check() { # way name
  local found; found=$(count "$2")
  [ "$found" = "$peers $peers $peers $peers" ] || { say "$1 made: $found (neighbours, entries, routes, routes of table 42)"; wrong=1; }
}

# Starts one of ours that does as `ask` says.
start_ours() { # place [inline]
  rm -f "$work/in" "$work/out"
  mkfifo "$work/in" "$work/out"
  # shellcheck disable=SC2086 # options are words
  nsenter "--net=/run/netns/$tag-$1" java -Xmx512m -XX:+UseSerialGC ${OURS_OPTIONS:-} -cp "$jar" \
    io.dcosnet.benchmarks.overlay.HostPath "${@:2}" <"$work/in" >"$work/out" 2>"$work/ours.log" &
  started+=("$!")
  exec {in}>"$work/in" {out}<"$work/out"
}

# Says something to it; sets answer, without its first word.
ask() { # what...
  local first
  echo "$*" >&"$in"
  if ! read -r -t 300 first answer <&"$out"; then first=failed answer="no answer: $(tail -n 2 "$work/ours.log")"; fi
  [ "$first" != failed ] || { say "$*: $answer"; wrong=1; return 1; }
}

# It ends with its input.
end_ours() { exec {in}>&- {out}<&-; }

# One round of the batches; sets batch, ms.
batch_round() { # number
  local begun net=$tag-batch$1
  make_host "batch$1"
  ip -n "$net" link add vtep1024 address 70:b3:d5:80:00:01 mtu 1450 type vxlan id 1024 local 10.0.0.1 dstport 64000 nolearning
  ip -n "$net" address add 44.128.0.1/9 dev vtep1024
  ip -n "$net" link set vtep1024 up
  begun=$(date +%s%N)
  bridge -n "$net" -batch "$work/bridge.batch" || wrong=1
  ip -n "$net" -batch "$work/ip.batch" || wrong=1
  batch=$(by "$(($(date +%s%N) - begun))" 1000000)
  check batch "batch$1"
  ip netns del "$net"
}

say "$(nproc) processors, load $(cut -d' ' -f1-3 /proc/loadavg), $(uname -sr), $(ip -V), $(java -version 2>&1 | head -1), $(date -I)"
say "$peers peers, $rounds rounds"

make_host first
start_ours first
ask load "$peers" && ask files "$work" && check ours first
for ((round = 0; round < 2; round++)); do
  ask unload; ask load "$peers" # to warm up
done
for ((round = 0; round < rounds; round++)); do
  ask unload || break
  ask load "$peers" || break
  took=$answer
  check ours first
  note ours "$took"
  batch_round "$round"
  note batch "$batch"
  note ratio "$(by "$took" "$batch")"
  # The same in a process that has just begun.
  make_host "cold$round"
  exec {kept_in}>&"$in" {kept_out}<&"$out"
  start_ours "cold$round"
  if ask load "$peers"; then
    note cold "$answer"
    note cold-ratio "$(by "$answer" "$batch")"
    check cold "cold$round"
  fi
  end_ours
  in=$kept_in out=$kept_out
  ip netns del "$tag-cold$round"
done
for ((round = 0; round < rounds; round++)); do
  ask adopt && note adopt "$answer"
  if ask move 50; then
    read -r p50 p99 worst <<<"$answer"
    note move.p50 "$p50"; note move.p99 "$p99"; note move.worst "$worst"
  fi
done
for ((round = 0; round < rounds; round++)); do
  if ask repair; then note repair "$answer"; fi
  check repaired first
  sleep 1
done
ask unload
found=$(ip -n "$tag-first" -br link show)
case $found in *vtep1024*) say "not all was removed: $found"; wrong=1 ;; esac
end_ours

printf '\n%-26s %9s %19s %7s\n' "from nothing, ms" median min..max ratio
for way in batch ours cold; do
  name=$way ratio=1
  case $way in
    batch) name='ip -batch, bridge -batch' ;;
    ours) ratio=$(middle ratio) ;;
    cold) name='ours, a new process' ratio=$(middle cold-ratio) ;;
  esac
  printf '%-26s %9.1f %9.1f..%-8.1f %7.2f\n' "$name" "$(middle "$way")" "$(least "$way")" "$(most "$way")" "$ratio"
done
printf '\n%-26s %9.1f ms\n' "all found as it must be" "$(middle adopt)"
printf '%-26s %9.2f ms, p99 %.2f, worst %.2f\n' "one peer moves" "$(by "$(middle move.p50)" 1000)" \
  "$(by "$(middle move.p99)" 1000)" "$(by "$(most move.worst)" 1000)"
printf '%-26s %9.1f ms, worst %.1f\n\n' "tunnel off and on, repaired" "$(middle repair)" "$(most repair)"
goal "ours, s" "$(by "$(middle ours)" 1000)" 2
goal "ours / batch" "$(middle ratio)" 0.5
goal "a new process, s" "$(by "$(middle cold)" 1000)" 2
goal "a new process / batch" "$(middle cold-ratio)" 0.5
goal "repaired, s" "$(by "$(middle repair)" 1000)" 1
say "load at the end: $(cut -d' ' -f1-3 /proc/loadavg)"
exit "$wrong"
