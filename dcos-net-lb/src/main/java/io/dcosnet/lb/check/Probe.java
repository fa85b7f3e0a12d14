// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.check;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.vip.Check;
import io.dcosnet.lb.vip.ServiceOptions.ProxyHeader;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Tries a back end once. <b>Thread-safe.</b> */
@FunctionalInterface
public interface Probe {

  /**
   * What is tried.
   *
   * @param header of the PROXY protocol that the back end expects first
   */
  record Subject(HostPort endpoint, Check check, ProxyHeader header) {
    public Subject {
      requireNonNull(endpoint, "endpoint");
      requireNonNull(check, "check");
      requireNonNull(header, "header");
    }
  }

  /** What a try shows. */
  enum Result {
    GOOD,
    BAD,
    /** Nothing of the back end, as it could not even begin here. */
    NOTHING
  }

  /**
   * How it went.
   *
   * @param detail for a person
   */
  record Outcome(Result result, String detail) {
    public Outcome {
      requireNonNull(result, "result");
      requireNonNull(detail, "detail");
    }

    static Outcome good(String detail) {
      return new Outcome(Result.GOOD, detail);
    }

    static Outcome bad(String detail) {
      return new Outcome(Result.BAD, detail);
    }
  }

  /** Tries it; the stage does not fail, and completes on any thread. */
  CompletionStage<Outcome> probe(Subject subject, Duration timeout);
}
