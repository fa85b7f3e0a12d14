// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.Locale;

/** Reads from an exception why a connect failed. */
final class Connects {

  private Connects() {}

  static Failure failure(Throwable cause) {
    if (cause instanceof NoRouteToHostException) {
      return Failure.UNREACHABLE;
    }
    String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (text.contains("unreachable")) {
      return Failure.UNREACHABLE;
    }
    if (text.contains("timed out")) {
      return Failure.TIMEOUT;
    }
    if (text.contains("reset") || text.contains("not connected")) { // before we looked
      return Failure.RESET;
    }
    boolean refused = cause instanceof ConnectException && text.contains("refused");
    return refused ? Failure.REFUSED : Failure.OTHER;
  }
}
