// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.forward.Upstream.Carrier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one lane to one server, plain or inside TLS. Questions share a connection as
 * long as it is not too busy; one that has died unnoticed costs a question no more than a second
 * connection (RFC 7766 §6.2).
 *
 * <p><b>Confined to</b> the lane.
 */
final class Streams {

  private static final int MAX_STREAMS = 4;

  /** With as many questions on each connection another one is opened. */
  private static final int BUSY = 64;

  private final Lane lane;
  private final Server server;
  private final Carrier carrier;
  private final List<Stream> streams = new ArrayList<>();
  private final Counter reconnects;

  Streams(Lane lane, Server server, Carrier carrier) {
    this.lane = lane;
    this.server = server;
    this.carrier = carrier;
    this.reconnects = lane.metrics.reconnects();
  }

  void send(Asked question) {
    if (carrier == Carrier.TLS && server.tlsName() == null) {
      lane.failed(question, Kind.TLS, "it has no name that its certificate could have");
      return;
    }
    Stream best = leastLoaded();
    boolean wanted = best == null || best.load() >= BUSY;
    if (wanted && streams.size() < MAX_STREAMS) {
      sendFresh(question);
    } else if (best == null) {
      lane.failed(question, Kind.OVERLOADED, "all its connections are stuck");
    } else {
      best.send(question);
    }
  }

  private @Nullable Stream leastLoaded() {
    Stream best = null;
    for (Stream each : streams) {
      if (each.takesQuestions() && (best == null || each.load() < best.load())) {
        best = each;
      }
    }
    return best;
  }

  private void sendFresh(Asked question) {
    Stream opened = new Stream(lane, server, carrier, this);
    streams.add(opened);
    question.opener = true;
    opened.send(question);
    opened.open();
  }

  /** Asks once more what a connection took along that was good before. */
  void sendAgain(Asked question) {
    question.retried = true;
    reconnects.increment();
    if (streams.size() < MAX_STREAMS) {
      sendFresh(question);
    } else {
      send(question);
    }
  }

  void ended(Stream stream) {
    streams.remove(stream);
  }

  /** Closes what is idle; false when nothing is left open. */
  boolean sweep(long nowNanos) {
    for (Stream each : List.copyOf(streams)) {
      each.closeIfIdle(nowNanos);
    }
    return !streams.isEmpty();
  }
}
