// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A state document that cannot be used at all; whoever holds an older state keeps it. */
public final class StateRefusedException extends DcosNetException {

  @Serial private static final long serialVersionUID = 1;

  /** Why a document is refused; the names are stable. */
  public enum Reason {
    /** The stream broke before its end. */
    UNREADABLE,
    /** More bytes than the reader takes. */
    TOO_LARGE,
    /** Nested deeper than any state is. */
    TOO_DEEP,
    /** The document ends in the middle. */
    TRUNCATED,
    /** Not JSON, or something follows the document. */
    NOT_JSON,
    /** JSON, but not a state: not an object, or a main list is something else. */
    NOT_A_STATE,
    /** JSON, but no event of a master and no answer of its API. */
    NOT_AN_EVENT,
    /** The master does not know who leads, or this is the state of an agent. */
    NO_LEADER
  }

  private final Reason reason;

  StateRefusedException(Reason reason, String what, String message, @Nullable Throwable cause) {
    super(what + ": " + message, cause);
    this.reason = requireNonNull(reason, "reason");
  }

  StateRefusedException(Reason reason, String message) {
    this(reason, "state", message, null);
  }

  public Reason reason() {
    return reason;
  }
}
