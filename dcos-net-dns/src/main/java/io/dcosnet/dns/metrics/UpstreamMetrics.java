// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.metrics;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.MetricsSink.Counter;
import java.util.function.LongSupplier;

/**
 * Figures of the sockets to other servers. What servers answer, and how fast, is counted by who
 * chooses among them.
 *
 * <p><b>Thread-safe.</b> Callers on hot paths ask for a counter once and keep it.
 */
public final class UpstreamMetrics {

  private final MetricsSink sink;

  public UpstreamMetrics(MetricsSink sink) {
    this.sink = requireNonNull(sink, "sink");
  }

  /**
   * Queries sent to other servers.
   *
   * @param carrier udp, tcp or tls
   */
  public Counter queries(String carrier) {
    return sink.counter(
        "dcosnet.dns.exchange.queries", "Queries sent to other servers", "carrier", carrier);
  }

  /**
   * Messages that are no answer to any question of ours and were dropped.
   *
   * @param reason id, question, letters, cookie or no-response
   */
  public Counter mismatches(String reason) {
    return sink.counter(
        "dcosnet.dns.exchange.mismatches",
        "Messages from servers that answer no question of ours",
        "reason",
        reason);
  }

  /** Answers that came when nobody waited for them any more. */
  public Counter late() {
    return sink.counter(
        "dcosnet.dns.exchange.late", "Answers that nobody waited for any more, or came twice");
  }

  /** Queries for which so many wrong answers came that somebody seems to guess. */
  public Counter spoofed() {
    return sink.counter(
        "dcosnet.dns.exchange.spoofed", "Queries given up as too many wrong answers came");
  }

  /** Servers found not to repeat the letters of a name as they were asked. */
  public Counter lettersOff() {
    return sink.counter(
        "dcosnet.dns.exchange.letters.off", "Times that a server did not repeat our letters");
  }

  /** Records of answers that do not belong to the question. */
  public Counter leftOut() {
    return sink.counter(
        "dcosnet.dns.exchange.records.out", "Records left out that do not belong to the question");
  }

  /** Queries that went to a new connection as the one used before them had ended. */
  public Counter reconnects() {
    return sink.counter(
        "dcosnet.dns.exchange.reconnects", "Queries asked again on a fresh connection");
  }

  /** Sockets that are open now. */
  public void sockets(String carrier, LongSupplier open) {
    sink.gauge(
        "dcosnet.dns.exchange.sockets", "Open sockets to other servers", open, "carrier", carrier);
  }

  /** Questions that wait for an answer now. */
  public void pending(LongSupplier pending) {
    sink.gauge("dcosnet.dns.exchange.pending", "Questions under way to other servers", pending);
  }
}
