// SPDX-License-Identifier: Apache-2.0

/**
 * The zone {@code dcos.thisdcos.directory}: every task by the address of its node, of its
 * container, and by whichever of the two its clients should use. Start reading at {@link
 * io.dcosnet.dns.records.dcos.DcosZone}, then {@link io.dcosnet.dns.records.dcos.DcosRecords}.
 */
@NullMarked
package io.dcosnet.dns.records.dcos;

import org.jspecify.annotations.NullMarked;
