# SPDX-License-Identifier: Apache-2.0
# The back ends and the proxies that compare.sh measures. To be sourced by bash, after `work` names an
# empty folder and `here`, `root` and `jar` are set.

# shellcheck source=benchmarks/lib.sh
. "$here/../lib.sh"

answers() { ss -Hlnt "sport = :$1" | grep -q .; } # somebody listens

# An HTTP server with a body of 1 KiB; sets web_port.
start_web() {
  mkdir -p "$work/web"
  head -c 1024 /dev/zero | tr '\0' x >"$work/web/index.html"
  chmod -R a+rX "$work"
  web_port=$(free_port)
  cat >"$work/web.conf" <<END
daemon off;
worker_processes 1;
pid $work/web.pid;
error_log $work/web.err;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 100000000;
  open_file_cache max=10;
  server { listen 127.0.0.1:$web_port backlog=4096; root $work/web; }
}
END
  run direct "$web_port" nginx -e "$work/web.err" -c "$work/web.conf"
}

# A sink and source of bulk; sets bulk_port.
start_bulk() {
  bulk_port=$(free_port)
  run direct "$bulk_port" iperf3 -s -p "$bulk_port" -B 127.0.0.1
}

start_haproxy() { # name backend-port option
  have "$1" haproxy haproxy || return 0
  local port; port=$(free_port)
  cat >"$work/$1.cfg" <<END
global
  nbthread 1
  maxconn 4000
defaults
  mode tcp
  timeout connect 5s
  timeout client 1m
  timeout server 1m
  ${3:-}
listen vip
  bind 127.0.0.1:$port
  server one 127.0.0.1:$2
END
  run "$1" "$port" haproxy -db -f "$work/$1.cfg" || true
}

start_nginx_stream() { # name backend-port
  have "$1" nginx "nginx libnginx-mod-stream" || return 0
  local port module; port=$(free_port)
  module=$(find /usr/lib/nginx /usr/lib64/nginx /usr/share/nginx/modules -name ngx_stream_module.so 2>/dev/null | head -1 || true)
  cat >"$work/$1.conf" <<END
${module:+load_module $module;}
daemon off;
worker_processes 1;
pid $work/$1.pid;
error_log $work/$1.err;
events { worker_connections 8192; }
stream { server { listen 127.0.0.1:$port backlog=4096; proxy_pass 127.0.0.1:$2; } }
END
  run "$1" "$port" nginx -e "$work/$1.err" -c "$work/$1.conf" || true
}

# Ours with one event loop, metrics on. Its input stays open as long as this script runs.
start_ours() { # name backend-port
  local port; port=$(free_port)
  [ -p "$work/stay" ] || mkfifo "$work/stay"
  exec {stay}<>"$work/stay"
  run "$1" "$port" ours "$port" "$2" || true
}

ours() { # port backend-port; in a process of its own, so that the pid is that of the virtual machine
  # shellcheck disable=SC2086 # options are words
  exec java -Xmx64m -XX:+UseSerialGC ${OURS_OPTIONS:-} -cp "$jar" io.dcosnet.benchmarks.lb.OneVip tcp "127.0.0.1:$1" "127.0.0.1:$2" <"$work/stay"
}
