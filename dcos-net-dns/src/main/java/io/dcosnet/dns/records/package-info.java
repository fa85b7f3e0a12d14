// SPDX-License-Identifier: Apache-2.0

/**
 * Which records a cluster has: pure generators that turn tasks, agents, frameworks and masters into
 * the zone {@code mesos}, and VIP names into the zone {@code l4lb.thisdcos.directory}. A change of
 * one task touches only the names of that task. Start reading at {@link
 * io.dcosnet.dns.records.MesosZone}, then {@link io.dcosnet.dns.records.MesosRecords}. The zone
 * {@code dcos.thisdcos.directory} is in {@link io.dcosnet.dns.records.dcos}; what both share in
 * {@link io.dcosnet.dns.records.table} and {@link io.dcosnet.dns.records.follow}.
 */
@NullMarked
package io.dcosnet.dns.records;

import org.jspecify.annotations.NullMarked;
