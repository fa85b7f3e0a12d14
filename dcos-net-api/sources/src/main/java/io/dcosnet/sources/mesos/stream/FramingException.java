// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos.stream;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import java.io.Serial;

/** Bytes that are no sequence of records; nothing behind the fault can be trusted. */
public final class FramingException extends DcosNetException {

  @Serial private static final long serialVersionUID = 1;

  /** What is wrong; the names are stable. */
  public enum Reason {
    /** Something else than a digit where a length belongs. */
    NOT_A_LENGTH,
    /** A length of more digits than any length has. */
    LENGTH_TOO_LONG,
    /** A record of more bytes than allowed. */
    RECORD_TOO_LARGE,
    /** The bytes end in the middle of a record. */
    CUT_OFF
  }

  private final Reason reason;
  private final long offset;

  FramingException(Reason reason, String message, long offset) {
    super(message + " at byte " + offset);
    this.reason = requireNonNull(reason, "reason");
    this.offset = offset;
  }

  public Reason reason() {
    return reason;
  }

  /** Position of the fault, counted in bytes from the start of the stream. */
  public long offset() {
    return offset;
  }
}
