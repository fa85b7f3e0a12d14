# SPDX-License-Identifier: Apache-2.0
# What compare.sh needs to run clusters: starting and ending nodes, and reading what they say.
# To be sourced by bash, after `work` names an empty folder.

say() { echo "# $*"; }

now() { echo "$EPOCHREALTIME"; }

# Writes standard input to a file, each line with the time at which it came.
stamp() { # file
  local line
  while IFS= read -r line; do printf '%s %s\n' "$EPOCHREALTIME" "$line"; done >>"$1"
}

# Nanoseconds on CPU of processes.
cpu_nanos() { # pids...
  local pid
  for pid in "$@"; do cat /proc/"$pid"/task/*/schedstat 2>/dev/null; done | awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}

resident_kib() { # pids...
  local pid
  for pid in "$@"; do awk '/^VmRSS/ { print $2 }' "/proc/$pid/status"; done | awk '{ sum += $1 } END { print sum + 0 }'
}

# Octets of IP packets and packets that went over the loopback device of this network namespace.
traffic() { awk '$1 == "lo:" { printf "%.0f %.0f\n", $10 - 14 * $11, $11 }' /proc/self/net/dev; }

pids=() # by number of the node, from 1
declare -A marks

address() { echo "127.0.0.$1"; }

# Runs a node of the present peer; its lines go to a file, events are read from there.
start() { # number
  local number=$1
  : >>"$dir/n$number.log"
  "start_$kind" "$number" > >(stamp "$dir/n$number.log") 2>&1 &
  pids[number]=$!
}

# How a node of Serf and one of ours is run; in a process of their own, so that the pid is theirs.
start_serf() {
  local options=(-node="n$1" -bind="$(address "$1"):7946" -rpc-addr="$(address "$1"):7373" -profile=lan -log-level=info)
  [ "$1" = 1 ] || options+=(-retry-join="$(address 1):7946" -retry-interval=1s)
  [ -z "$secret" ] || options+=(-encrypt="$secret")
  exec serf agent "${options[@]}"
}

start_ours() {
  local options=(--name "n$1" --bind "$(address "$1"):7950" --seeds "$(address 1):7950" --preset lan)
  if [ -n "$secret" ]; then options+=(--key-file "$secret"); else options+=(--insecure); fi
  export JAVA_TOOL_OPTIONS="-Xmx48m -XX:+UseSerialGC"
  exec "$launcher" gossip node "${options[@]}"
}

# All that nodes said since a time, as lines "time observer event member".
events() { # since
  local number
  for number in "${!pids[@]}"; do
    if [ "$kind" = serf ]; then
      sed -nE -e 's/^([0-9.]+) .*EventMemberJoin: ([^ ]+).*/\1 alive \2/p' -e 's/^([0-9.]+) .*EventMemberFailed: ([^ ]+).*/\1 dead \2/p' \
        -e 's/^([0-9.]+) .*EventMemberLeave: ([^ ]+).*/\1 left \2/p' -e 's/^([0-9.]+) .*Suspect ([^ ]+) has failed.*/\1 suspect \2/p' \
        -e 's/^([0-9.]+) .*Serf agent running.*/\1 ready self/p' "$dir/n$number.log"
    else
      sed -nE 's/^([0-9.]+) .*"event":"([a-z]+)","member":"([^"]+)".*/\1 \2 \3/p' "$dir/n$number.log"
    fi | awk -v since="$1" -v observer="n$number" '$1 >= since { print $1, observer, $2, $3 }'
  done
}

# Seconds from a time until each of so many observers saw an event of a member, sorted; with fewer
# lines than observers when some did not.
seen() { # since event member
  events "$1" | awk -v since="$1" -v event="$2" -v member="$3" \
    '$3 == event && $4 == member && $2 != member && !($2 in at) { at[$2] = $1 } END { for (o in at) printf "%.3f\n", at[o] - since }' | sort -n
}

# Waits until that many observers saw it.
await_seen() { # since event member count seconds
  local end=$((SECONDS + $5))
  while [ "$(seen "$1" "$2" "$3" | wc -l)" -lt "$4" ]; do
    [ $SECONDS -lt "$end" ] || return 1
    sleep 0.2
  done
}

# Seconds from the last start, and from the last ready, until each node knew all others.
joined() { # since-start count
  events "$1" | sort -n | awk -v since="$1" -v count="$2" '
    $3 == "ready" { ready = $1 }
    $3 == "alive" && $4 != $2 && !(($2, $4) in known) { known[$2, $4] = 1; if (++number[$2] == count - 1) { full++; last = $1 } }
    END { if (full == count) printf "%.2f %.2f\n", last - since, (last > ready ? last - ready : 0) }'
}

median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print v[int((NR + 1) / 2)]; else print "-" }'; }
greatest() { sort -n | awk '{ v = $1 } END { print NR ? v : "-" }'; }

end_all() {
  local pid
  for pid in "${pids[@]}"; do kill -CONT "$pid" 2>/dev/null || true; kill -KILL "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  pids=()
}
