// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.query.Resolver;
import io.dcosnet.dns.response.ResponseStyle;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.ZoneTable;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the server would answer if there were no handlers for names: for those handlers, which may
 * pass queries on. A message is made of the query, answered as any other, and read again, so that
 * handlers see exactly what clients would.
 *
 * <p><b>Thread-safe.</b>
 */
final class ZoneResolver implements Resolver {

  private static final byte[] NOTHING = {};

  private final ZoneTable zones;
  private final Aliases aliases;
  private final LaterAnswers later;
  private final RandomGenerator random;

  /** Guards {@link #responder}; never held while handlers run. */
  private final Object lock = new Object();

  private @Nullable Responder responder;

  /**
   * A resolver over zones.
   *
   * @param later answers what the zones do not; without handlers for names
   */
  ZoneResolver(ZoneTable zones, Aliases aliases, LaterAnswers later, RandomGenerator random) {
    this.zones = zones;
    this.aliases = aliases;
    this.later = later;
    this.random = random;
  }

  void update(HandlerChain handlers) {
    later.update(handlers);
  }

  @Override
  public CompletionStage<Answer> resolve(Query query) {
    byte[] message = AnswerMessages.query(query);
    Sender sender = new Sender();
    IpAddress client = query.client() == null ? IpAddress.LOOPBACK_IPV4 : query.client();
    if (client.isIpv4()) {
      sender.setIpv4((int) client.lowBits(), 0);
    } else {
      sender.setIpv6(client.highBits(), client.lowBits(), 0);
    }
    PutOff putOff = null;
    byte[] response = NOTHING;
    synchronized (lock) {
      if (responder == null) {
        responder = responder();
      }
      int octets = responder.answer(message, 0, message.length, sender);
      if (octets == Responder.LATER) {
        putOff = responder.putOff();
      } else {
        response = Arrays.copyOf(responder.octets(), octets);
      }
    }
    return putOff == null
        ? CompletableFuture.completedFuture(AnswerMessages.read(response))
        : putOff.run().thenApply(AnswerMessages::read);
  }

  private Responder responder() {
    // Who may ask was decided, and counted, when the query came.
    Responder.Parts parts =
        new Responder.Parts(
            zones,
            aliases,
            protocol -> Guard.OPEN,
            later::elsewhere,
            later,
            null,
            ResponseStyle.DEFAULTS,
            random,
            new DnsMetrics(MetricsSink.none()));
    return new Responder(parts, Protocol.TCP); // nothing is cut off
  }
}
