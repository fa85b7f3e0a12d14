# SPDX-License-Identifier: Apache-2.0
# Zone, queries and the servers that the scripts beside this one measure. To be sourced by bash, after
# `work` names an empty folder and `here` is set.

# shellcheck source=benchmarks/lib.sh
. "$here/../lib.sh"

# A server answers with the address that the zone has for a name.
answers() {
  [ "$(dig +short +tries=1 +timeout=1 -p "$1" @127.0.0.1 "host00042.app.$ZONE" A 2>/dev/null)" = 10.0.0.43 ]
}

ZONE=perf.test
NAMES=10000
BUFFER=4194304

# Hosts a0 ... of the zone and their addresses, the same for every server.
make_zone() {
  {
    echo "\$ORIGIN $ZONE."
    echo "\$TTL 3600"
    echo "@ IN SOA ns1 hostmaster 1 3600 600 86400 60"
    echo "@ IN NS ns1"
    echo "ns1 IN A 192.0.2.1"
    awk -v n="$NAMES" 'BEGIN {
      for (i = 0; i < n; i++) printf "host%05d.app IN A 10.%d.%d.%d\n", i, int(i / 62500) % 250, int(i / 250) % 250, i % 250 + 1 }'
  } >"$work/zone.txt"
  awk -v n="$NAMES" -v zone="$ZONE" 'BEGIN {
    srand(7); for (i = 0; i < 100000; i++) printf "host%05d.app.%s A\n", int(rand() * n), zone }' >"$work/queries.txt"
  awk -v n="$NAMES" -v zone="$ZONE" 'BEGIN {
    for (i = 0; i < n; i++) printf "host%05d.app.%s A\n", i, zone }' >"$work/each.txt"
}

# Servers that cannot set the size of their socket buffers take the default of the kernel; it is
# raised while servers start, as far as we may, and set back at the end.
equal_buffers() {
  if [ ! -w /proc/sys/net/core/rmem_default ]; then
    say "no right to raise net.core.rmem_default: knot and dnsmasq keep small buffers"
    return
  fi
  former_buffer=$(cat /proc/sys/net/core/rmem_default)
  echo $BUFFER >/proc/sys/net/core/rmem_default
}

start_floor() {
  have floor cc gcc || return 0
  cc -O2 -o "$work/floor" "$here/floor.c"
  local port; port=$(free_port)
  "$work/floor" "$port" >"$work/floor.log" 2>&1 &
  started+=("$!")
  words+=("floor=127.0.0.1:$port:$!")
}

start_nsd() {
  have nsd nsd nsd || return 0
  local port; port=$(free_port)
  cat >"$work/nsd.conf" <<END
server:
  server-count: 1
  ip-address: 127.0.0.1
  port: $port
  username: ""
  chroot: ""
  database: ""
  zonesdir: "$work"
  pidfile: "$work/nsd.pid"
  zonelistfile: "$work/nsd.zones"
  xfrdfile: "$work/nsd.xfrd"
  xfrdir: "$work"
  rrl-ratelimit: 0
  receive-buffer-size: $BUFFER
  send-buffer-size: $BUFFER
remote-control:
  control-enable: no
zone:
  name: $ZONE
  zonefile: zone.txt
END
  run nsd "$port" nsd -d -c "$work/nsd.conf" || true
  nsd_port=$port
}

start_knot() {
  have knot knotd knot || return 0
  local port; port=$(free_port)
  mkdir -p "$work/knot"
  cat >"$work/knot.conf" <<END
server:
    rundir: "$work/knot"
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
    listen: 127.0.0.1@$port
database:
    storage: "$work/knot"
zone:
  - domain: $ZONE
    storage: "$work"
    file: zone.txt
    zonefile-sync: -1
    journal-content: none
END
  run knot "$port" knotd -c "$work/knot.conf" || true
}

start_unbound() {
  have unbound unbound unbound || return 0
  local port; port=$(free_port)
  cat >"$work/unbound.conf" <<END
server:
  num-threads: 1
  interface: 127.0.0.1
  port: $port
  username: ""
  chroot: ""
  directory: "$work"
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  module-config: "iterator"
  do-not-query-localhost: no
  cache-min-ttl: 3600
  so-rcvbuf: 4m
  so-sndbuf: 4m
  msg-cache-size: 32m
  rrset-cache-size: 64m
  local-zone: "test." nodefault
remote-control:
  control-enable: no
forward-zone:
  name: "$ZONE"
  forward-addr: 127.0.0.1@$nsd_port
END
  run unbound "$port" unbound -d -p -c "$work/unbound.conf" || true
}

start_dnsmasq() { # name cache-size
  have "$1" dnsmasq dnsmasq-base || return 0
  local port; port=$(free_port)
  run "$1" "$port" dnsmasq --keep-in-foreground --conf-file=/dev/null --user= --pid-file= --bind-interfaces --listen-address=127.0.0.1 \
    --port="$port" --cache-size="$2" --no-resolv --no-hosts --min-cache-ttl=3600 --dns-forward-max=1000 --server="/$ZONE/127.0.0.1#$nsd_port" || true
}

# Ours, as a user runs it, with one worker, metrics and query log.
start_ours() { # name arguments...
  local name=$1 port; shift
  port=$(free_port)
  "$root/samples/standalone/dcos-net" --version >/dev/null # builds it, which takes too long to wait for below
  run "$name" "$port" "$root/samples/standalone/dcos-net" dns serve --listen "127.0.0.1:$port" \
    --http "127.0.0.1:$(free_port)" --query-log 1/100 --workers 1 "$@" || true
}
