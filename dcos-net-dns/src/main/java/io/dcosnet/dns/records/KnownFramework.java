// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.dns.name.DomainName;
import org.jspecify.annotations.Nullable;

/**
 * What the records of tasks need of their framework. <b>Immutable.</b>
 *
 * @param name as the scheduler gave it
 * @param tasks what names of its tasks end in, {@code marathon.mesos.}; null when the framework's
 *     name can be no domain name
 * @param nodes what names of the nodes they run on end in, {@code marathon.slave.mesos.}; null as
 *     above
 */
record KnownFramework(String name, @Nullable DomainName tasks, @Nullable DomainName nodes) {}
