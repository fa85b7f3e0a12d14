// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.overlay.agent.AgentPhase;
import io.dcosnet.overlay.agent.AgentStatus;
import io.dcosnet.overlay.host.HostReport;
import io.dcosnet.overlay.link.AppliedReport.Status;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** All figures of an agent: names, help and units. <b>Thread-safe.</b> */
final class AgentMetrics {

  private static final String PREFIX = "dcosnet.overlay.";

  private final MetricsSink sink;
  private final LongConsumer applyNanos;

  AgentMetrics(MetricsSink sink) {
    this.sink = sink;
    this.applyNanos =
        sink.distribution(PREFIX + "agent.apply.nanos", "Time until the host held a new state");
  }

  /** Figures that are read when somebody looks. */
  void state(Supplier<AgentStatus> status) {
    sink.gauge(
        PREFIX + "registering",
        "1 while this agent is not of one mind with a master",
        () -> status.get().phase() == AgentPhase.REGISTERED ? 0 : 1);
    sink.gauge(
        PREFIX + "refused",
        "1 while the master does not want this agent as it is",
        () -> status.get().refusal().isPresent() ? 1 : 0);
    sink.gauge(
        PREFIX + "assignment.revision",
        "By which this agent has its addresses, 0 for none",
        () -> status.get().revision());
    sink.gauge(
        PREFIX + "networks.configured",
        "Overlays that containers of this host can be attached to",
        () -> count(status.get(), Status.OK));
    sink.gauge(
        PREFIX + "networks.failed",
        "Overlays that this host cannot serve now",
        () -> count(status.get(), Status.FAILED));
    sink.gauge(
        PREFIX + "networks.missing",
        "Overlays that this host wants and has no subnet of",
        () -> status.get().shortfalls().size());
    sink.gauge(PREFIX + "peers", "Other hosts to be programmed", () -> status.get().peers().size());
    sink.gauge(
        PREFIX + "agent.faults",
        "Objects that this host could not make",
        () -> status.get().faults().size());
    sink.gauge(
        PREFIX + "alarms", "What a person should look after", () -> status.get().alarms().size());
  }

  private static long count(AgentStatus status, Status wanted) {
    return status.overlays().stream().filter(one -> one.status() == wanted).count();
  }

  /**
   * @param result by which an exchange with the master ended
   */
  void asked(String result) {
    sink.counter(
            PREFIX + "agent.requests", "Requests to masters by how they ended", "result", result)
        .increment();
  }

  void applied(long nanos) {
    applyNanos.accept(nanos);
  }

  void applyFailed() {
    sink.counter(PREFIX + "agent.apply.failures", "States that the host could not be asked to hold")
        .increment();
  }

  void reported(HostReport report) {
    if (report.repair()) {
      sink.counter(
              PREFIX + "datapath.repairs", "Passes that put right what others had changed or lost")
          .increment();
    }
  }

  /**
   * @param reason one of the stable codes, so that their number is bounded
   */
  void rejected(String reason) {
    sink.counter(
            PREFIX + "rejected.records",
            "Entries of other hosts that must not be programmed",
            "reason",
            reason)
        .increment();
  }

  void writeFailed(String what) {
    sink.counter(
            PREFIX + "agent.write.failures",
            "Writes of this agent that failed and are tried again",
            "what",
            what)
        .increment();
  }
}
