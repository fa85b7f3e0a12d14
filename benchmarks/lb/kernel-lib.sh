# SPDX-License-Identifier: Apache-2.0
# The places in which kernel.sh measures, and what runs there. To be sourced by bash, after `work`
# names an empty folder and `here` and `jar` are set.

# shellcheck source=benchmarks/lib.sh
. "$here/../lib.sh"

places=() group=''

# A network namespace with a way to all VIPs.
make_place() { # name
  ip netns add "$tag-$1"
  places+=("$1")
  ip -n "$tag-$1" link set lo up
  ip -n "$tag-$1" route add local 11.0.0.0/8 dev lo
  # All runs together make more connections than there are ports.
  in_place "$1" sysctl -qw net.ipv4.ip_local_port_range='1024 65535' net.ipv4.tcp_tw_reuse=1 \
    net.core.somaxconn=4096
}

net_of() { echo "--net=/run/netns/$tag-$1"; } # name

# Not `ip netns exec`, which hides the tree of control groups.
in_place() { # name command...
  local net; net=$(net_of "$1"); shift
  nsenter "$net" "$@"
}

# A control group below the root of the version 2 tree; sets group.
make_group() {
  local root
  root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
  [ -n "$root" ] && [ -w "$root" ] || { say "socket is missing: no cgroup2 tree is mounted"; return 1; }
  mkdir "$root/$tag" && group=$root/$tag
}

# Whatever becomes of the script, nothing of it stays.
remove_places() {
  local place tries=50
  stop_all
  for place in "${places[@]}"; do ip netns del "$tag-$place" 2>/dev/null || true; done
  # A group goes when its processes have; what is attached to it goes too.
  while [ -n "$group" ] && [ -d "$group" ] && ! rmdir "$group" 2>/dev/null && [ $tries -gt 0 ]; do
    tries=$((tries - 1)); sleep 0.1
  done
}

# Starts a data path of ours that does as `ask` says; fails when it does not start.
declare -A asks answers_of
start_path() { # word place path...
  local word=$1 place=$2 in out; shift 2
  mkfifo "$work/$word.in" "$work/$word.out"
  # shellcheck disable=SC2086 # options are words
  nsenter "$(net_of "$place")" java -Xmx512m -XX:+UseSerialGC ${OURS_OPTIONS:-} -cp "$jar" \
    io.dcosnet.benchmarks.lb.KernelPath "$@" <"$work/$word.in" >"$work/$word.out" 2>"$work/$word.log" &
  started+=("$!")
  exec {in}>"$work/$word.in" {out}<"$work/$word.out"
  asks[$word]=$in answers_of[$word]=$out
}

# Says something to a data path; sets answer, without its first word.
ask() { # word what...
  local word=$1 in=${asks[$1]} out=${answers_of[$1]} first; shift
  echo "$*" >&"$in"
  if ! read -r -t 300 first answer <&"$out"; then first=failed answer="no answer: $(tail -n 2 "$work/$word.log")"; fi
  [ "$first" != failed ] || { say "$word: $*: $answer"; wrong=1; return 1; }
}

# It ends with its input.
end_path() { # word
  local in=${asks[$1]} out=${answers_of[$1]}
  exec {in}>&- {out}<&-
}

# An HTTP server with a body of 1 KiB, at three ports as three back ends; sets web_pid.
start_web() { # place
  local dir=$work/$1 tries=100
  mkdir -p "$dir/web"
  head -c 1024 /dev/zero | tr '\0' x >"$dir/web/index.html"
  chmod -R a+rX "$work"
  cat >"$dir/web.conf" <<END
daemon off;
worker_processes 1;
pid $dir/web.pid;
error_log $dir/web.err;
events { worker_connections 8192; }
http {
  access_log off;
  open_file_cache max=10;
  server {
    listen 127.0.0.1:8081 backlog=4096;
    listen 127.0.0.1:8082 backlog=4096;
    listen 127.0.0.1:8083 backlog=4096;
    root $dir/web;
  }
}
END
  nsenter "$(net_of "$1")" nginx -e "$dir/web.err" -c "$dir/web.conf" >"$dir/web.log" 2>&1 &
  web_pid=$!
  started+=("$web_pid")
  while ! in_place "$1" ss -Hlnt 'sport = :8083' | grep -q .; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || { say "nginx does not listen: $(tail -n 2 "$dir/web.err")"; return 1; }
    sleep 0.1
  done
}
