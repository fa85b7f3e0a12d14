// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

/** What carries DNS over UDP. */
public enum UdpTransport {

  /** {@link #NATIVE} where it works, else {@link #NETTY}. */
  AUTO,

  /**
   * Threads of its own that take and send many datagrams with one system call, and allocate
   * nothing. Linux, with the artifact {@code dcos-net-linux}; a wildcard address also stands for
   * addresses that the host gets later.
   */
  NATIVE,

  /** The event loops of the runtime; everywhere. */
  NETTY
}
