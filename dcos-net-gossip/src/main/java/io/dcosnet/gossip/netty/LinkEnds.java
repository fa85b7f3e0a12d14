// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.netty;

import io.dcosnet.gossip.protocol.LinkEnd;
import io.netty.channel.ConnectTimeoutException;
import java.util.Locale;

/**
 * Finds out from what sockets say why a link ended. The JDK and Netty's native code tell it in the
 * text of their messages only.
 */
final class LinkEnds {

  private LinkEnds() {}

  /** Of a link that could not be opened. */
  static LinkEnd ofConnect(Throwable failure) {
    if (failure instanceof ConnectTimeoutException) {
      return LinkEnd.TIMEOUT;
    }
    String said = text(failure);
    if (said.contains("refused")) {
      return LinkEnd.REFUSED;
    }
    if (said.contains("timed out")) {
      return LinkEnd.TIMEOUT;
    }
    return said.contains("reset") ? LinkEnd.RESET : LinkEnd.UNREACHABLE;
  }

  /** Of a link that was open. */
  static LinkEnd ofBroken(Throwable failure) {
    String said = text(failure);
    if (said.contains("timed out")) {
      return LinkEnd.TIMEOUT;
    }
    if (said.contains("unreachable") || said.contains("no route")) {
      return LinkEnd.UNREACHABLE;
    }
    return LinkEnd.RESET;
  }

  private static String text(Throwable failure) {
    return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
  }
}
