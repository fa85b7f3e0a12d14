// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.metrics;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.MetricsSink.Counter;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Every figure of what is asked of other servers, with its name, tags and meaning.
 *
 * <p>Tags are bounded: routes and servers come from the configuration, reasons from lists in the
 * code.
 *
 * <p><b>Thread-safe.</b> Callers on hot paths ask for a counter once and keep it.
 */
public final class ForwardMetrics {

  private final MetricsSink sink;

  public ForwardMetrics(MetricsSink sink) {
    this.sink = requireNonNull(sink, "sink");
  }

  /**
   * Queries that reached the forwarder.
   *
   * @param zone suffix of the route
   * @param result how it ended
   */
  public Counter requests(String zone, String result) {
    return sink.counter(
        "dcosnet.dns.forward.requests",
        "Queries outside of the zones by outcome",
        "zone",
        zone,
        "result",
        result);
  }

  /** Time until the answer stood, whatever it was. */
  public LongConsumer duration(String zone) {
    return sink.distribution(
        "dcosnet.dns.forward.duration.nanos",
        "Time from the query until its answer, other servers being asked",
        "zone",
        zone);
  }

  /** Second servers asked before the first was late. */
  public Counter hedges(String zone) {
    return sink.counter(
        "dcosnet.dns.forward.hedges",
        "Further servers asked before the first one was late",
        "zone",
        zone);
  }

  /**
   * Questions sent once more.
   *
   * @param reason next (to another server), again (to the same), tcp, or plain (without EDNS)
   */
  public Counter retries(String zone, String reason) {
    return sink.counter(
        "dcosnet.dns.forward.retries",
        "Questions sent once more since an answer failed or was late",
        "zone",
        zone,
        "reason",
        reason);
  }

  /** Queries that wait for other servers now. */
  public void outstanding(LongSupplier queries) {
    sink.gauge("dcosnet.dns.forward.outstanding", "Queries that wait for other servers", queries);
  }

  /** Whether a server answers. */
  public void up(String upstream, LongSupplier up) {
    sink.gauge("dcosnet.dns.upstream.up", "1 while the server answers", up, "upstream", upstream);
  }

  /** How long a server takes. */
  public void srtt(String upstream, LongSupplier nanos) {
    sink.gauge(
        "dcosnet.dns.upstream.srtt.nanos",
        "Smoothed time that the server takes to answer",
        nanos,
        "upstream",
        upstream);
  }

  /** Time from a question to its reply. */
  public LongConsumer replies(String upstream, String carrier) {
    return sink.distribution(
        "dcosnet.dns.upstream.duration.nanos",
        "Time from a question to the reply of the server",
        "upstream",
        upstream,
        "proto",
        carrier);
  }

  /**
   * Questions without a usable reply.
   *
   * @param reason timeout, unreachable, servfail and the like
   */
  public Counter failures(String upstream, String carrier, String reason) {
    return sink.counter(
        "dcosnet.dns.upstream.failures",
        "Questions without a usable reply of the server",
        "upstream",
        upstream,
        "proto",
        carrier,
        "reason",
        reason);
  }

  /**
   * Questions that only ask whether a server is back.
   *
   * @param result answered, failed or error (a fault of the program)
   */
  public Counter probes(String upstream, String result) {
    return sink.counter(
        "dcosnet.dns.upstream.probes",
        "Questions that ask whether a server that was down is back",
        "upstream",
        upstream,
        "result",
        result);
  }

  /** Times that questions to a server were found to come back to us. */
  public Counter loops(String upstream) {
    return sink.counter(
        "dcosnet.dns.upstream.loops",
        "Times that questions to the server came back to this one",
        "upstream",
        upstream);
  }
}
