// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.agent;

import static java.util.Objects.requireNonNull;

import io.dcosnet.overlay.link.AppliedReport;
import io.dcosnet.overlay.link.Assignment;
import io.dcosnet.overlay.link.RegisterRequest;
import java.time.Duration;

/** What an {@link AgentMachine} wants done, and what it wants to be told of it. */
public sealed interface Command {

  /**
   * Send it; then {@link AgentMachine#answered} or {@link AgentMachine#unanswered}.
   *
   * @param attempt number to say then
   */
  record Register(RegisterRequest request, long attempt) implements Command {
    public Register {
      requireNonNull(request, "request");
    }
  }

  /** Call {@link AgentMachine#wake} after this; an earlier wait ends. */
  record Wait(Duration delay) implements Command {
    public Wait {
      requireNonNull(delay, "delay");
    }
  }

  /**
   * Put it on the host; then {@link AgentMachine#configured}.
   *
   * @param changed whether it differs from what was there, so that it has to be kept on the disk
   */
  record Adopt(Assignment assignment, boolean changed) implements Command {
    public Adopt {
      requireNonNull(assignment, "assignment");
    }
  }

  /**
   * Send it; then {@link AgentMachine#acknowledged} or {@link AgentMachine#unacknowledged}.
   *
   * @param number to say then
   */
  record Report(AppliedReport report, long number) implements Command {
    public Report {
      requireNonNull(report, "report");
    }
  }
}
