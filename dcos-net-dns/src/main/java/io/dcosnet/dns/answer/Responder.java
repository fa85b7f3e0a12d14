// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneTable;
import java.util.random.RandomGenerator;

/**
 * Answers one message after the other from the zones of a server, as an authoritative server does
 * (RFC 1034 §4.3.2): no recursion, no cache.
 *
 * <p>Octets of any kind are fine; what gets no answer is counted with its reason, and so is what
 * gets an error.
 *
 * <p><b>Confined to</b> one thread; each listener has its own.
 */
public final class Responder {

  /** What {@link #answer} gives when nothing may be sent. */
  public static final int SILENCE = 0;

  private static final int CLASS_IN = 1;
  private static final int CLASS_ANY = 255;

  private final boolean overUdp;
  private final ResponseCounts counts;
  private final QueryReader query = new QueryReader();
  private final ResponseWriter response = new ResponseWriter();
  private final ZoneAnswer zoneAnswer;

  /**
   * A responder for one listener.
   *
   * @param aliases suffixes under which names of the zones may be asked for too
   * @param protocol UDP responses keep within what the client takes, TCP ones within 65535 octets
   * @param random shuffles the records of each response; used on the calling thread only
   */
  public Responder(
      ZoneTable zones,
      Aliases aliases,
      Protocol protocol,
      RandomGenerator random,
      DnsMetrics metrics) {
    requireNonNull(zones, "zones");
    requireNonNull(aliases, "aliases");
    this.overUdp = protocol == Protocol.UDP;
    this.counts = new ResponseCounts(metrics, protocol);
    this.zoneAnswer = new ZoneAnswer(zones, aliases, query, response, random, overUdp);
  }

  /**
   * Answers a message.
   *
   * @return octets of the response in {@link #octets}, or {@link #SILENCE}
   */
  public int answer(byte[] message, int offset, int length) {
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
    int rcode = respond(verdict, message);
    int octets = response.finish();
    counts.response(rcode, response.isTruncated());
    return octets;
  }

  /** Where the last response stands, from index 0; valid until the next call. */
  public byte[] octets() {
    return response.octets();
  }

  private int respond(QueryReader.Verdict verdict, byte[] message) {
    return switch (verdict) {
      case NOT_IMPLEMENTED -> error(Rcode.NOTIMP, ExtendedError.NOT_SUPPORTED);
      case MALFORMED -> error(Rcode.FORMERR, ExtendedError.NONE);
      case OK -> respondToQuestion(message);
      case SHORT, RESPONSE -> throw new AssertionError("never answered");
    };
  }

  private int respondToQuestion(byte[] message) {
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
    return zoneAnswer.write(message, limit());
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
