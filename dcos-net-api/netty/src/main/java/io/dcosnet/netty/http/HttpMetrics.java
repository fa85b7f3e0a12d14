// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.MetricsSink.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** All figures of an HTTP server; each carries the tag {@code server} with its name. */
final class HttpMetrics {

  static final String CONNECTIONS = "dcosnet.http.connections";
  static final String ACCEPTED = "dcosnet.http.connections.accepted";
  static final String REFUSED = "dcosnet.http.connections.refused";
  static final String TIMED_OUT = "dcosnet.http.connections.timed_out";
  static final String HANDSHAKES_FAILED = "dcosnet.http.handshakes.failed";
  static final String REQUESTS = "dcosnet.http.requests";
  static final String REQUESTS_REFUSED = "dcosnet.http.requests.refused";
  static final String HANDLING = "dcosnet.http.handling.micros";
  static final String HANDLER_FAILURES = "dcosnet.http.handler.failures";
  static final String STREAMS = "dcosnet.http.streams";
  static final String EVENTS = "dcosnet.http.events";

  final Counter accepted;
  final Counter refused;
  final Counter timedOut;
  final Counter handshakesFailed;
  final Counter handlerFailures;
  final Counter events;
  final LongConsumer handlingMicros;

  /** Touched by all event loops; changes only when a stream begins or ends. */
  final AtomicInteger streams = new AtomicInteger();

  private final Counter[] byClass = new Counter[6];
  private final Map<Refusal, Counter> refusals = new EnumMap<>(Refusal.class);

  HttpMetrics(MetricsSink sink, String server, LongSupplier connections) {
    String[] tags = {"server", server};
    sink.gauge(CONNECTIONS, "Connections open now", connections, tags);
    sink.gauge(STREAMS, "Event streams open now", streams::get, tags);
    accepted = sink.counter(ACCEPTED, "Connections taken", tags);
    refused =
        sink.counter(REFUSED, "Connections closed at once because of the limit or a stop", tags);
    timedOut = sink.counter(TIMED_OUT, "Connections closed because the client was too slow", tags);
    handshakesFailed =
        sink.counter(
            HANDSHAKES_FAILED, "TLS handshakes that failed, where HTTP/2 is offered", tags);
    handlerFailures =
        sink.counter(HANDLER_FAILURES, "Handlers that failed, answered 500 or cut", tags);
    events = sink.counter(EVENTS, "Server-sent events written", tags);
    handlingMicros =
        sink.distribution(
            HANDLING, "Time from the head of a request to the head of its answer", tags);
    for (int group = 1; group < byClass.length; group++) {
      byClass[group] =
          sink.counter(
              REQUESTS, "Requests answered, by status", "server", server, "status", group + "xx");
    }
    for (Refusal refusal : Refusal.values()) {
      refusals.put(
          refusal,
          sink.counter(
              REQUESTS_REFUSED,
              "Requests that the server itself answered, by reason",
              "server",
              server,
              "reason",
              refusal.tag()));
    }
  }

  void answered(int status) {
    byClass[status / 100].increment();
  }

  void refused(Refusal refusal) {
    Counter counter = refusals.get(refusal);
    if (counter != null) {
      counter.increment();
    }
  }
}
