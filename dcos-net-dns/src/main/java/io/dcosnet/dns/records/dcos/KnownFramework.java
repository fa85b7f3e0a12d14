// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.dcos;

import io.dcosnet.dns.name.DomainName;
import java.util.Map;

/**
 * What the records of tasks need of their framework. <b>Immutable.</b>
 *
 * @param name as the scheduler gave it
 * @param suffixes what names of its tasks end in, {@code marathon.autoip.dcos.thisdcos.directory.};
 *     empty when its name can be no label
 */
record KnownFramework(String name, Map<DcosView, DomainName> suffixes) {}
