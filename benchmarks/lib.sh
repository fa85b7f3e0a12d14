# SPDX-License-Identifier: Apache-2.0
# What comparisons of servers share: running them, and reading what they cost. To be sourced by bash,
# after `work` names an empty folder; who sources it says by `answers PORT` when a server is ready.

say() { echo "# $*"; }

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    ss -Hlntu "sport = :$port" | grep -q . || { echo "$port"; return; }
  done
}

# Nanoseconds on CPU of a process and all its descendants.
cpu_nanos() {
  local all=$1 next=$1 pid
  while [ -n "$next" ]; do
    next=$(for pid in $next; do cat /proc/"$pid"/task/*/children 2>/dev/null; done | tr '\n' ' ')
    next=${next%% }
    all="$all $next"
    [ -n "${next// /}" ] || break
  done
  for pid in $all; do cat /proc/"$pid"/task/*/schedstat 2>/dev/null; done |
    awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}

resident_mib() { awk '/^VmRSS/ { printf "%d\n", $2 / 1024 }' "/proc/$1/status"; }

have() { # name program package
  command -v "$2" >/dev/null 2>&1 || { say "$1 is missing: no $2 (Debian: apt-get install $3)"; return 1; }
}

started=()
stop_all() {
  local pid
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
}

# Waits until a server is ready.
await_server() { # name port pid
  local tries=300
  while [ $tries -gt 0 ]; do
    if answers "$2"; then return 0; fi
    kill -0 "$3" 2>/dev/null || { say "$1 ended: $(tail -n 2 "$work/$1.log")"; return 1; }
    tries=$((tries - 1)); sleep 0.1
  done
  say "$1 does not answer: $(tail -n 2 "$work/$1.log")"
  return 1
}

# Runs a server; its word NAME=ADDR:PORT:PID goes to `words` once it is ready. Fails when it is not.
words=()
run() { # name port command...
  local name=$1 port=$2; shift 2
  "$@" >"$work/$name.log" 2>&1 &
  local pid=$!
  started+=("$pid")
  await_server "$name" "$port" "$pid" || return 1
  words+=("$name=127.0.0.1:$port:$pid")
}

median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print v[int((NR + 1) / 2)] }'; }
wants() { case ",$paths," in *",$1,"*) return 0 ;; *) return 1 ;; esac; }
