// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.answer.Guard.Decision;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneTable;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Answers one message after the other: from the zones of a server as an authoritative server does
 * (RFC 1034 §4.3.2), else from what is known elsewhere.
 *
 * <p>Octets of any kind are fine; what gets no answer is counted with its reason, and so is what
 * gets an error.
 *
 * <p><b>Confined to</b> one thread; each listener has its own.
 */
public final class Responder implements Front {

  /** What {@link #answer} gives when nothing may be sent. */
  public static final int SILENCE = 0;

  /** What {@link #answer} gives when others must be asked first; {@link #later} does so. */
  public static final int LATER = -1;

  private static final int CLASS_IN = 1;
  private static final int CLASS_ANY = 255;

  private final boolean overUdp;
  private final Guard guard;
  private final ResponseCounts counts;
  private final QueryReader query = new QueryReader();
  private final ResponseWriter response = new ResponseWriter();
  private final ZoneAnswer zoneAnswer;

  /**
   * What all responders of a server have in common.
   *
   * @param aliases suffixes under which names of the zones may be asked for too
   * @param guards makes a guard for one responder
   * @param elsewhere makes what knows the names outside the zones, for one responder
   * @param random shuffles the records of each response; used on the thread of the responder
   */
  public record Parts(
      ZoneTable zones,
      Aliases aliases,
      Function<Protocol, Guard> guards,
      Supplier<Elsewhere> elsewhere,
      RandomGenerator random,
      DnsMetrics metrics) {

    public Parts {
      requireNonNull(zones, "zones");
      requireNonNull(aliases, "aliases");
      requireNonNull(guards, "guards");
      requireNonNull(elsewhere, "elsewhere");
      requireNonNull(random, "random");
      requireNonNull(metrics, "metrics");
    }

    /** Zones that are open to everybody, and nothing outside of them. */
    public static Parts authoritative(
        ZoneTable zones, Aliases aliases, RandomGenerator random, DnsMetrics metrics) {
      return new Parts(
          zones, aliases, protocol -> Guard.OPEN, () -> Elsewhere.NOWHERE, random, metrics);
    }
  }

  /**
   * A responder for one listener.
   *
   * @param protocol UDP responses keep within what the client takes, TCP ones within 65535 octets
   */
  public Responder(Parts parts, Protocol protocol) {
    this.overUdp = protocol == Protocol.UDP;
    this.guard = parts.guards().apply(protocol);
    this.counts = new ResponseCounts(parts.metrics(), protocol);
    this.zoneAnswer =
        new ZoneAnswer(
            parts.zones(),
            parts.aliases(),
            parts.elsewhere().get(),
            query,
            response,
            parts.random(),
            overUdp);
  }

  /**
   * Answers a message.
   *
   * @param sender who sent it; read during this call only
   * @return octets of the response in {@link #octets}, {@link #SILENCE} or {@link #LATER}
   */
  @Override
  public int answer(byte[] message, int offset, int length, Sender sender) {
    QueryReader.Verdict verdict = query.read(message, offset, length);
    if (verdict == QueryReader.Verdict.SHORT || verdict == QueryReader.Verdict.RESPONSE) {
      counts.dropped(verdict);
      return SILENCE;
    }
    if (verdict == QueryReader.Verdict.OK) {
      counts.query(query);
    } else {
      counts.malformed(verdict);
    }
    Decision admission =
        verdict == QueryReader.Verdict.OK ? guard.query(query, sender) : Decision.PASS;
    if (admission == Decision.DROP) {
      return SILENCE;
    }
    int rcode = admission == Decision.PASS ? respond(verdict, message, sender) : decline(admission);
    if (rcode == Elsewhere.LATER) {
      return LATER;
    }
    int octets = response.finish();
    switch (guard.response(query, sender, rcode, octets)) {
      case DROP -> {
        return SILENCE;
      }
      case REFUSE -> rcode = decline(Decision.REFUSE);
      case TRUNCATE -> rcode = decline(Decision.TRUNCATE);
      case PASS -> {
        counts.response(rcode, response.isTruncated());
        return octets;
      }
    }
    octets = response.finish();
    counts.response(rcode, response.isTruncated());
    return octets;
  }

  /** Begins a response without records. */
  private int decline(Decision decision) {
    if (decision == Decision.REFUSE) {
      return error(Rcode.REFUSED, ExtendedError.PROHIBITED);
    }
    int rcode = error(Rcode.NOERROR, ExtendedError.NONE);
    response.truncated();
    return rcode;
  }

  /**
   * Takes up the query for which {@link #answer} gave {@link #LATER} just before. The message and
   * the sender may be used for something else afterwards.
   *
   * @return completes on any thread with a whole response, or with no octets when nothing may be
   *     sent; never fails
   */
  @Override
  public CompletionStage<byte[]> later() {
    int rcode = error(Rcode.SERVFAIL, ExtendedError.NO_REACHABLE_AUTHORITY);
    int octets = response.finish();
    counts.response(rcode, response.isTruncated());
    return CompletableFuture.completedFuture(Arrays.copyOf(response.octets(), octets));
  }

  /** Where the last response stands, from index 0; valid until the next call. */
  @Override
  public byte[] octets() {
    return response.octets();
  }

  private int respond(QueryReader.Verdict verdict, byte[] message, Sender sender) {
    return switch (verdict) {
      case NOT_IMPLEMENTED -> error(Rcode.NOTIMP, ExtendedError.NOT_SUPPORTED);
      case MALFORMED -> error(Rcode.FORMERR, ExtendedError.NONE);
      case OK -> respondToQuestion(message, sender);
      case SHORT, RESPONSE -> throw new AssertionError("never answered");
    };
  }

  private int respondToQuestion(byte[] message, Sender sender) {
    int type = query.type();
    if (query.ednsVersion() > 0) {
      return error(Rcode.BADVERS, ExtendedError.NONE);
    }
    if (type == 0 || type == RecordType.OPT) {
      return error(Rcode.FORMERR, ExtendedError.NONE);
    }
    if (type == RecordType.MAILA || type == RecordType.MAILB) {
      return error(Rcode.NOTIMP, ExtendedError.NOT_SUPPORTED); // obsolete since RFC 1035
    }
    boolean ofInternet = query.questionClass() == CLASS_IN || query.questionClass() == CLASS_ANY;
    boolean transfer =
        type == RecordType.AXFR || (type == RecordType.IXFR && !overUdp); // not offered here
    if (!ofInternet || transfer) {
      return error(Rcode.REFUSED, ExtendedError.NOT_SUPPORTED);
    }
    return zoneAnswer.write(message, limit(), sender);
  }

  private int error(int rcode, int extended) {
    response.begin(query, limit(), rcode, extended);
    return rcode;
  }

  private int limit() {
    return overUdp
        ? Math.min(query.payloadOctets(), ResponseWriter.UDP_PAYLOAD_OCTETS)
        : ResponseWriter.MAX_OCTETS;
  }
}
