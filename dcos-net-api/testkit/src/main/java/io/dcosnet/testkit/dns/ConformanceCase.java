// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static java.util.Objects.requireNonNull;

import java.io.IOException;

/**
 * One thing that a server has to do. <b>Immutable.</b>
 *
 * @param name such as {@code header/copies-rd}, unique together with the transport
 * @param reference where it is demanded, such as {@code RFC 1035 §4.1.1}
 * @param expected what a right server does, in words
 * @param script asks the server, and throws an {@link AssertionError} that says what is wrong
 */
public record ConformanceCase(
    String name,
    String reference,
    Level level,
    Transport transport,
    String expected,
    Script script) {

  public ConformanceCase {
    requireNonNull(name, "name");
    requireNonNull(reference, "reference");
    requireNonNull(level, "level");
    requireNonNull(transport, "transport");
    requireNonNull(expected, "expected");
    requireNonNull(script, "script");
  }

  /** How much it matters. */
  public enum Level {
    /** Who does otherwise breaks the protocol. */
    MUST,
    /** The standards leave it open, or advise it: there may be reasons to do otherwise. */
    SHOULD
  }

  /** How the messages travel. */
  public enum Transport {
    UDP,
    TCP
  }

  /** What is said to the server. */
  @FunctionalInterface
  public interface Script {
    /** Runs on the thread of the suite, one script at a time. */
    void run(Conversation conversation) throws IOException;
  }

  @Override
  public String toString() {
    return name + " (" + transport + ")";
  }
}
