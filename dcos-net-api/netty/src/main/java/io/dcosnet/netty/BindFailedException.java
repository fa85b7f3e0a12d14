// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import io.dcosnet.api.DcosNetException;
import java.io.Serial;
import java.util.List;
import java.util.Locale;

/** A listener that could not get its address; names the address, the reason and what to do. */
public final class BindFailedException extends DcosNetException {

  @Serial private static final long serialVersionUID = 1;

  /** What the kernel says, as the JDK and Netty's native code spell it in their messages. */
  private enum Reason {
    EADDRINUSE("already in use", "stop what listens there, or choose another port"),
    EADDRNOTAVAIL("cannot assign requested address", "is the address on this host?"),
    EACCES("permission denied", "needs CAP_NET_BIND_SERVICE or the right to write there"),
    EMFILE("too many open files", "raise the limit of open files"),
    ENOENT("no such file or directory", "create the folder of the socket first"),
    EAFNOSUPPORT("not supported", "does this host have the address family?"),
    ENAMETOOLONG("too long", "shorten it: unix sockets have room for about 95 bytes"),
    UNKNOWN("", "see the cause");

    final String spelling;
    final String nextStep;

    Reason(String spelling, String nextStep) {
      this.spelling = spelling;
      this.nextStep = nextStep;
    }
  }

  private static final List<Reason> REASONS = List.of(Reason.values());

  private BindFailedException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Finds the reason in what the JDK or Netty said.
   *
   * @param protocol {@code tcp}, {@code udp} or {@code unix}
   * @param address what was to be bound, as the user wrote it
   */
  public static BindFailedException of(String protocol, Object address, Throwable cause) {
    String said = String.valueOf(cause.getMessage());
    String lower = said.toLowerCase(Locale.ROOT);
    Reason reason =
        REASONS.stream()
            .filter(candidate -> lower.contains(candidate.spelling))
            .findFirst()
            .orElse(Reason.UNKNOWN);
    String shown = reason == Reason.UNKNOWN ? said : reason.name();
    return new BindFailedException(
        "bind " + protocol + " " + address + ": " + shown + " (" + reason.nextStep + ")", cause);
  }
}
