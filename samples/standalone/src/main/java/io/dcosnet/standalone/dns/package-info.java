// SPDX-License-Identifier: Apache-2.0
/**
 * {@code dcos-net dns}: the records of a cluster, printed or served. Start reading at {@link
 * io.dcosnet.standalone.dns.DnsCommand}.
 */
@NullMarked
package io.dcosnet.standalone.dns;

import org.jspecify.annotations.NullMarked;
