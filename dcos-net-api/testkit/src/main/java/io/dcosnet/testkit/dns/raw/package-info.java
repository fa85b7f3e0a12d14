// SPDX-License-Identifier: Apache-2.0
/**
 * DNS messages octet by octet, for tests: {@link io.dcosnet.testkit.dns.raw.RawDns} writes good and
 * bad ones, {@link io.dcosnet.testkit.dns.raw.RawMessage} reads strictly what came back, {@link
 * io.dcosnet.testkit.dns.raw.UdpLine} and {@link io.dcosnet.testkit.dns.raw.TcpLine} carry them.
 */
@NullMarked
package io.dcosnet.testkit.dns.raw;

import org.jspecify.annotations.NullMarked;
