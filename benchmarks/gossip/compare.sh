#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs clusters of Serf and of ours, one after the other, on loopback addresses in a network
# namespace of their own, and measures what a user would: how soon all know each other, how soon a
# killed node is known to be dead, what it costs at rest.
#
#   compare.sh [-n 5,20] [-r 5] [-i 60] [-p serf,serf-keys,ours,ours-keys,one-jvm]
#
#   -n  nodes of a cluster     -r  nodes that are killed, one after the other
#   -i  quiet seconds          -p  who takes part
#
# Needs Serf for its part (Debian: apt-get install serf), iproute2, and root or user namespaces. One
# that is missing is named and left out, as is one-jvm without benchmarks.jar (mvn -DskipTests
# package). Ends with 1 when our nodes do not find each other, miss a death, or declare dead who
# only stood still; never because of speed.
set -euo pipefail
here=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
root=$(CDPATH='' cd -- "$here/../.." && pwd -P)
jar=${JAR:-$root/benchmarks/target/benchmarks.jar}
launcher=${DCOSNET_LAUNCHER:-$root/samples/standalone/dcos-net}

sizes=5,20 rounds=5 idle=60 peers=serf,serf-keys,ours,ours-keys,one-jvm
while getopts n:r:i:p: option; do
  case $option in
    n) sizes=$OPTARG ;;
    r) rounds=$OPTARG ;;
    i) idle=$OPTARG ;;
    p) peers=$OPTARG ;;
    *) sed -n '3,16s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
# Everything below runs where nobody else's packets are; the namespace goes with the last process.
if [ -z "${DCOSNET_ALONE:-}" ]; then
  case ,$peers, in *,ours*) "$launcher" --version >/dev/null ;; esac # builds it
  if [ "$(id -u)" = 0 ]; then export DCOSNET_ALONE=1; exec unshare --net -- "$0" "$@"; fi
  export DCOSNET_ALONE=1; exec unshare --user --map-root-user --net -- "$0" "$@"
fi
ip link set lo up

work=$(mktemp -d)
. "$here/lib.sh"
trap 'end_all; rm -rf "$work"' EXIT
wrong=0
fault() { say "$label, $size nodes: $1"; case $kind in ours) wrong=1 ;; esac; }

# Starts all, the first one first, since the others ask it who is there.
begin() {
  local number mark last
  mark=$(now)
  start 1
  for ((number = 0; number < 300; number++)); do
    if events "$mark" | grep -q ready; then break; fi
    sleep 0.1
  done
  for ((number = 2; number <= size; number++)); do last=$(now); start "$number"; done
  local end=$((SECONDS + 90))
  join='- -'
  while [ $SECONDS -lt $end ]; do
    sleep 0.5
    join=$(joined "$mark" "$size")
    if [ -n "$join" ]; then
      join=$(awk -v all="$join" -v mark="$mark" -v last="$last" 'BEGIN { split(all, a, " "); printf "%.2f %.2f", a[1] - (last - mark), a[2] }')
      return
    fi
    join='- -'
  done
  fault "not all know each other after 90 s"
}

# Kills nodes, one after the other, and lets each come back under its name.
killings() {
  local round victim mark
  for ((round = 0; round < rounds; round++)); do
    victim=$((2 + round % (size - 1)))
    mark=$(now)
    kill -KILL "${pids[victim]}"
    wait "${pids[victim]}" 2>/dev/null || true
    await_seen "$mark" dead "n$victim" $((size - 1)) 60 || fault "n$victim was killed, and not all know after 60 s"
    seen "$mark" suspect "n$victim" | head -1 >>"$dir/suspect"
    seen "$mark" dead "n$victim" >>"$dir/dead"
    seen "$mark" dead "n$victim" | tail -1 >>"$dir/dead-last"
    mark=$(now)
    start "$victim"
    await_seen "$mark" alive "n$victim" $((size - 1)) 60 || fault "n$victim came back, and not all know after 60 s"
    sleep 1
  done
}

# A node stands still for 3 s: nobody may be declared dead.
pause() {
  local mark; mark=$(now)
  kill -STOP "${pids[size]}"
  sleep 3
  kill -CONT "${pids[size]}"
  sleep 10
  false_deaths=$(events "$mark" | awk '$3 == "dead"' | wc -l)
  [ "$false_deaths" = 0 ] || fault "$false_deaths times a node that stood still was declared dead"
}

rest() {
  local before after cpu
  sleep 3
  before=$(traffic) cpu=$(cpu_nanos "${pids[@]}")
  sleep "$idle"
  after=$(traffic)
  quiet=$(awk -v b="$before" -v a="$after" -v s="$idle" -v n="$size" -v c="$cpu" -v d="$(cpu_nanos "${pids[@]}")" -v r="$(resident_kib "${pids[@]}")" \
    'BEGIN { split(b, x, " "); split(a, y, " ")
      printf "%.0f %.1f %.2f %.0f", (y[1] - x[1]) / s / n, (y[2] - x[2]) / s / n, (d - c) / s / n / 1e7, r / n / 1024 }')
}

farewell() {
  local mark signal=TERM
  [ "$kind" = ours ] || signal=INT
  mark=$(now)
  kill -$signal "${pids[size]}"
  await_seen "$mark" left "n$size" $((size - 1)) 20 || fault "n$size left, and not all know after 20 s"
  left=$(seen "$mark" left "n$size" | greatest)
}

row() { printf '%-10s %5s %11s %9s %9s %9s %9s %9s %7s %8s %7s %6s %6s\n' "$@"; }

measure() {
  join='- -' false_deaths=- quiet='- - - -' left=-
  dir=$work/$label-$size; mkdir -p "$dir"
  begin
  if [ "$join" != '- -' ]; then rest; killings; pause; farewell; fi
  end_all
  : >>"$dir/suspect"; : >>"$dir/dead"; : >>"$dir/dead-last"
  # shellcheck disable=SC2086 # several words each
  row "$label" "$size" ${join} "$(median <"$dir/suspect")" "$(median <"$dir/dead")" "$(greatest <"$dir/dead-last")" "$left" "$false_deaths" ${quiet} |
    tee -a "$work/rows"
}

# All members in one process: what a member costs without a Java machine of its own.
together() {
  local out pid word
  kind=ours label=one-jvm join='- -' false_deaths=- quiet='- - - -' left=-
  dir=$work/$label-$size; mkdir -p "$dir"
  mkfifo "$dir/in"
  java -Xmx256m -XX:+UseSerialGC -cp "$jar" io.dcosnet.benchmarks.gossip.ManyMembers "$size" <"$dir/in" >"$dir/out" 2>"$dir/err" &
  pid=$! pids=("$pid")
  exec 7>"$dir/in"
  until grep -q ^joined "$dir/out"; do kill -0 "$pid" 2>/dev/null || { fault "$(tail -n 3 "$dir/err")"; exec 7>&-; return; }; sleep 0.1; done
  join="- $(awk '/^joined/ { print $2 }' "$dir/out")"
  rest
  for ((word = 1; word <= rounds && word < size - 2; word++)); do
    echo >&7
    until [ "$(grep -c ^dead "$dir/out")" -ge $word ]; do kill -0 "$pid" 2>/dev/null || { fault "$(tail -n 3 "$dir/err")"; break 2; }; sleep 0.1; done
  done
  exec 7>&-
  end_all
  # shellcheck disable=SC2086 # several words each
  row "$label" "$size" ${join} - "$(awk '/^dead/ { print $2 }' "$dir/out" | median)" "$(awk '/^dead/ { print $3 }' "$dir/out" | greatest)" - - ${quiet}
}

wants() { case ",$peers," in *",$1,"*) return 0 ;; *) return 1 ;; esac; }
say "$(nproc) processors, $(uname -sr), $(java -version 2>&1 | head -1), $(date -I), $rounds killings, $idle quiet seconds, preset lan"
if wants serf || wants serf-keys; then
  if command -v serf >/dev/null; then say "$(serf version | head -1)"; else say "Serf is missing (Debian: apt-get install serf)"; peers=${peers//serf/no}; fi
fi
if wants one-jvm && [ -n "${jar%%*:*}" ] && [ ! -f "$jar" ]; then say "no $jar (build it: mvn -DskipTests package)"; peers=${peers//one-jvm/no}; fi
say "join: until each knows all, from the last start and from when the last one is ready; suspect: first; dead: at each, median"
row who nodes join-start join-rdy suspect dead dead-max left-max false-† B/s pkt/s CPU-% MiB
row goal 5 - '<=1.0' - - '<=1.5' '<=0.5' 0 '<=350' - '<=0.3' -
row goal 20 - '<=1.0' - - '<=1.5' '<=0.8' 0 '<=350' - '<=0.3' -
for size in ${sizes//,/ }; do
  if wants serf; then kind=serf label=serf secret='' measure; fi
  if wants serf-keys; then kind=serf label=serf-keys secret=$(serf keygen) measure; fi
  if wants ours; then kind=ours label=ours secret='' measure; fi
  if wants ours-keys; then
    (umask 077; "$launcher" gossip key >"$work/key")
    kind=ours label=ours-keys secret=$work/key measure
  fi
  if wants one-jvm; then together; fi
done
exit "$wrong"
