// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.dns.name.DomainName;

/**
 * What the names of a framework's tasks end in. <b>Immutable.</b>
 *
 * @param tasks for names of the tasks themselves, {@code marathon.mesos.}
 * @param nodes for names of the nodes they run on, {@code marathon.slave.mesos.}
 */
record FrameworkNames(DomainName tasks, DomainName nodes) {}
