// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import java.io.Serial;

/** A server gave no reply that could be read. */
public final class ExchangeFailedException extends DcosNetException {

  @Serial private static final long serialVersionUID = 1;

  /** What went wrong. */
  public enum Kind {
    /** Nothing came in time. */
    TIMEOUT,
    /** Nobody listens there, or the network leads not there. */
    UNREACHABLE,
    /** A connection broke before the reply was there. */
    CLOSED,
    /** The certificate is not that of the server that was wanted, or there is no TLS. */
    TLS,
    /** It answers the question, but not in the form of a DNS message. */
    MALFORMED,
    /** So many replies to other questions came that somebody seems to guess (RFC 5452 §5). */
    SPOOFED,
    /** Nobody waits any more. */
    CANCELLED,
    /** Too many questions wait for this server already. */
    OVERLOADED
  }

  private final Kind kind;

  /** A failure of this kind; the text names the server and, where it helps, what came. */
  public ExchangeFailedException(Kind kind, String message) {
    super(message);
    this.kind = requireNonNull(kind, "kind");
  }

  public Kind kind() {
    return kind;
  }
}
