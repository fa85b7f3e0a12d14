#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Ten minutes at half of the peak while the zone changes ten times a second: tells the pauses of the
# collector and how the heap after a collection went.
#
#   soak.sh [SECONDS]        (600)
#
# Needs dnsperf (Debian: dnsperf) and benchmarks.jar (mvn -DskipTests package). Ends with 1 when a
# query is lost or answered wrong, when a pause is above 10 ms, or when the heap grows.
set -euo pipefail
here=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
jar=${JAR:-$here/../target/benchmarks.jar}
seconds=${1:-600}
[ -f "$jar" ] || { echo "soak: no $jar (build it: mvn -DskipTests package)" >&2; exit 3; }

work=$(mktemp -d)
trap 'exec 7>&- 2>/dev/null || true; [ -z "${server:-}" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
mkfifo "$work/in"
java -Xms128m -Xmx128m -XX:+UseSerialGC -Xlog:gc,safepoint:file="$work/gc.log":uptime:filecount=0 \
  -cp "$jar" io.dcosnet.benchmarks.SoakServer <"$work/in" >"$work/out" 2>"$work/err" &
server=$!
exec 7>"$work/in"
until grep -q '^ready' "$work/out"; do kill -0 "$server" || { cat "$work/err"; exit 1; }; sleep 0.1; done
read -r _ address <"$work/out"
port=${address##*:}
awk 'BEGIN { srand(7); for (i = 0; i < 100000; i++) printf "web-%d.marathon.mesos A\n", int(rand() * 1000) }' >"$work/queries.txt"

ask() { dnsperf -s 127.0.0.1 -p "$port" -d "$work/queries.txt" -T 1 -t 2 "$@" 2>&1; }
ask -c 20 -q 200 -l 10 >/dev/null
peak=$(ask -c 20 -q 200 -l 5 | awk '/Queries per second:/ { printf "%d", $4 }')
began=$(awk 'END { print }' "$work/gc.log" | sed 's/^\[\([0-9.]*\)s.*/\1/')
threads=$(ls "/proc/$server/task" | wc -l)
echo "peak $peak q/s; $seconds s at $((peak / 2)) q/s"
ask -c 20 -q 1000 -Q $((peak / 2)) -l "$seconds" >"$work/perf"
echo >&7; sleep 1
lost=$(awk '/Queries lost:/ { print $3 }' "$work/perf")
wrong=$(awk '/Response codes:/ { for (i = 3; i < NF; i += 3) if ($i != "NOERROR") n += $(i + 1) } END { print n + 0 }' "$work/perf")
grep -E 'Queries (completed|lost)|Latency' "$work/perf" || true
tail -n 1 "$work/out"
echo "threads before $threads, after $(ls "/proc/$server/task" | wc -l); resident $(awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$server/status") MiB"
# Only what happened after the warm-up counts.
awk -v began="${began:-0}" -F'[][]' '
  { at = $2 + 0; if (at < began) next }
  /Pause/ { if (match($0, /[0-9.]+ms$/)) { p = substr($0, RSTART, RLENGTH - 2) + 0; pauses++; if (p > worst) worst = p } }
  /Pause/ && match($0, /->[0-9]+M/) { m = substr($0, RSTART + 2, RLENGTH - 3) + 0; n++; after[n] = m }
  /Total:/ && match($0, /Total: *[0-9]+ ns/) { s = substr($0, RSTART, RLENGTH); gsub(/[^0-9]/, "", s); s = s / 1e6; if (s > stop) stop = s }
  END {
    printf "collections %d, worst pause %.2f ms, worst stop of all threads %.2f ms\n", pauses, worst, stop
    if (n) printf "heap after a collection: first %d MiB, last %d MiB\n", after[1], after[n]
    exit (worst > 10 || (n > 1 && after[n] > after[1] + 16)) }' "$work/gc.log" || bad=1
[ "${lost:-0}" -eq 0 ] && [ "$wrong" -eq 0 ] && [ -z "${bad:-}" ]
