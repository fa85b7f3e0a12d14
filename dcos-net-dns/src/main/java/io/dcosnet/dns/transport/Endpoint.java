// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import io.dcosnet.api.net.HostPort;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A place where a server is asked. <b>Thread-safe</b>, but calls must not overlap. */
public interface Endpoint {

  /** Binds; a failure says why, and leaves nothing open but for {@link #close}. */
  CompletionStage<Void> open();

  /** Where it listens; the real port once it is open. */
  HostPort address();

  /** Stops accepting and ends all connections; answers under way leave first, within the grace. */
  CompletionStage<Void> close(Duration grace);
}
