#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The first process of a user-mode Linux whose root is the folder tree of this machine, read-only.
# Runs the test program that stands in the file COMMAND, and says how it ended.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mkdir -p /run/tree/lib/modules /run/netns /run/jna /run/tmp
ln -s "/usr/lib/uml/modules/$(uname -r)" "/run/tree/lib/modules/$(uname -r)"
for module in ip_vs ip_vs_wlc ip_vs_lc ip_vs_rr ip_vs_wrr ip_vs_sh ip_vs_mh veth dummy nf_conntrack \
  nf_conntrack_netlink iptable_nat xt_ipvs xt_MASQUERADE xt_comment; do
  modprobe -d /run/tree "$module" || echo "uml: no module $module"
done
ip link set lo up
cd /run || exit 1
export HOME=/run LANG=C.UTF-8
echo "uml: kernel $(uname -r)"
sh COMMAND
echo "uml: ended with $?"
busybox poweroff -f
