// SPDX-License-Identifier: Apache-2.0
/**
 * A suite of raw packets that shows whether a DNS server keeps to the protocol, whoever wrote it:
 * {@link io.dcosnet.testkit.dns.DnsConformance} runs it in a program, {@link
 * io.dcosnet.testkit.dns.DnsConformanceTests} as tests of JUnit, {@link
 * io.dcosnet.testkit.dns.DnsConformanceCli} from a shell. The server must serve the zone of {@link
 * io.dcosnet.testkit.dns.ZoneUnderTest}.
 */
@NullMarked
package io.dcosnet.testkit.dns;

import org.jspecify.annotations.NullMarked;
