// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import io.dcosnet.api.net.HostPort;
import java.util.concurrent.CompletionStage;

/** The UDP half of a {@link DnsListener}. <b>Thread-safe</b>, but calls must not overlap. */
interface UdpListener {

  /**
   * Binds; a failure leaves nothing open but for {@link #close}.
   *
   * @param address with a real port; a wildcard address stands for all addresses of the host, and
   *     answers leave from the one that was asked
   */
  CompletionStage<Void> open(HostPort address);

  /** Closes all sockets; afterwards {@link #open} may be called again. Never fails. */
  CompletionStage<Void> close();
}
