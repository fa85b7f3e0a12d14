// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import org.jspecify.annotations.Nullable;

/** One connection as its server sees it; any thread may call. */
interface ServerConnection {

  /** Who is counted for it; null for nobody. */
  @Nullable ClientKey client();

  /** Acts when the time has come for which the connection asked. */
  void lookIfDue(long nowNanos);

  /** Ends what need not be answered any more, and the connection after that. */
  void drain();

  /** Closes without regard to what is under way. */
  void cut();
}
