// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.answer.Guard.Decision;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.querylog.QueryRecorder;
import io.dcosnet.dns.querylog.QuerySampler;
import io.dcosnet.dns.response.ResponseStyle;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneTable;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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
  private final boolean truncateBit;
  private final Guard guard;
  private final ResponseCounts counts;
  private final OptionChoice options;
  private final ChaosAnswer chaosAnswer;
  private final QueryReader query = new QueryReader();
  private final ResponseWriter response = new ResponseWriter();
  private final ZoneAnswer zoneAnswer;
  private final Parts parts;
  private final Carrier carrier;

  private final @Nullable QuerySampler sampler;

  /** Who sent the message at hand. */
  private Sender sender = new Sender();

  /** True when the query at hand waited for others. */
  private boolean waited;

  /** Made when the first query is put off. */
  private @Nullable Composer composer;

  /**
   * What all responders of a server have in common.
   *
   * @param aliases suffixes under which names of the zones may be asked for too
   * @param guards makes a guard for one responder
   * @param elsewhere makes what knows the names outside the zones, for one responder
   * @param later answers what takes time
   * @param queryLog is told of queries; null for none
   * @param style how responses look where there is a choice
   * @param random shuffles the records of each response; thread-safe when queries are put off
   */
  public record Parts(
      ZoneTable zones,
      Aliases aliases,
      Function<Protocol, Guard> guards,
      Supplier<Elsewhere> elsewhere,
      LaterAnswers later,
      @Nullable QueryRecorder queryLog,
      ResponseStyle style,
      RandomGenerator random,
      DnsMetrics metrics) {

    public Parts {
      requireNonNull(zones, "zones");
      requireNonNull(aliases, "aliases");
      requireNonNull(guards, "guards");
      requireNonNull(elsewhere, "elsewhere");
      requireNonNull(later, "later");
      requireNonNull(style, "style");
      requireNonNull(random, "random");
      requireNonNull(metrics, "metrics");
    }

    /** The parts of a server where nothing takes time. */
    public Parts(
        ZoneTable zones,
        Aliases aliases,
        Function<Protocol, Guard> guards,
        Supplier<Elsewhere> elsewhere,
        ResponseStyle style,
        RandomGenerator random,
        DnsMetrics metrics) {
      this(zones, aliases, guards, elsewhere, LaterAnswers.NONE, null, style, random, metrics);
    }

    /** The same for a responder that has in hand what others told. */
    private Parts forComposing() {
      return new Parts(
          zones, aliases, guards, later::elsewhere, later, queryLog, style, random, metrics);
    }

    /** Zones that are open to everybody, and nothing outside of them. */
    public static Parts authoritative(
        ZoneTable zones, Aliases aliases, RandomGenerator random, DnsMetrics metrics) {
      return new Parts(
          zones,
          aliases,
          protocol -> Guard.OPEN,
          () -> Elsewhere.NOWHERE,
          ResponseStyle.DEFAULTS,
          random,
          metrics);
    }
  }

  /** A responder for one listener that is in the clear and tells nothing of its connections. */
  public Responder(Parts parts, Protocol protocol) {
    this(parts, new Carrier(protocol, false, Duration.ZERO));
  }

  /** A responder for one listener, given what carries its messages. */
  public Responder(Parts parts, Carrier carrier) {
    this.parts = requireNonNull(parts, "parts");
    this.carrier = requireNonNull(carrier, "carrier");
    this.overUdp = carrier.protocol() == Protocol.UDP;
    this.guard = parts.guards().apply(carrier.protocol());
    this.truncateBit = parts.style().truncateBit();
    this.counts = new ResponseCounts(parts.metrics(), carrier.protocol());
    this.options = new OptionChoice(guard, parts.style().identity(), carrier);
    this.sampler = parts.queryLog() == null ? null : parts.queryLog().sampler(carrier.protocol());
    this.chaosAnswer = new ChaosAnswer(parts.style().identity());
    this.zoneAnswer =
        new ZoneAnswer(
            parts.zones(),
            parts.aliases(),
            guard,
            parts.elsewhere().get(),
            parts.later(),
            query,
            response,
            new RecordOrder(parts.style().rotation(), parts.random()),
            overUdp);
  }

  /**
   * Answers a message.
   *
   * @param from who sent it; read until the next call only
   * @return octets of the response in {@link #octets}, {@link #SILENCE} or {@link #LATER}
   */
  @Override
  public int answer(byte[] message, int offset, int length, Sender from) {
    sender = from;
    waited = false;
    QueryReader.Verdict verdict = query.read(message, offset, length);
    if (verdict == QueryReader.Verdict.SHORT || verdict == QueryReader.Verdict.RESPONSE) {
      counts.dropped(verdict);
      return SILENCE;
    }
    if (verdict == QueryReader.Verdict.OK || verdict == QueryReader.Verdict.COOKIE_ONLY) {
      counts.query(query, from);
    } else {
      counts.malformed(verdict);
    }
    Decision admission = guard.query(query, from);
    if (admission == Decision.DROP) {
      return SILENCE;
    }
    options.choose(query, response.options());
    int rcode =
        admission == Decision.PASS
            ? respond(verdict, message, GivenAnswers.NONE)
            : decline(admission);
    return release(rcode);
  }

  /** Answers a query that was answered with {@link #LATER} before, now that others told more. */
  int compose(byte[] message, Sender from, GivenAnswers given) {
    sender = from;
    waited = true;
    QueryReader.Verdict verdict = query.read(message, 0, message.length);
    guard.resume(query, from);
    options.choose(query, response.options());
    return release(respond(verdict, message, given));
  }

  private int release(int rcode) {
    if (rcode == Elsewhere.LATER) {
      return LATER;
    }
    if (rcode == ZoneAnswer.SILENT) {
      return SILENCE;
    }
    Decision release = guard.response(query, sender, rcode, response);
    if (release == Decision.DROP) {
      return SILENCE;
    }
    return finish(release == Decision.PASS ? rcode : decline(release));
  }

  /** Ends the response, counts it and tells of it. */
  private int finish(int rcode) {
    counts.response(rcode, response.isTruncated());
    int octets = response.finish();
    if (sampler != null) {
      sampler.answered(query, sender, rcode, octets, waited);
    }
    return octets;
  }

  /** Begins a response without records. */
  private int decline(Decision decision) {
    if (decision == Decision.REFUSE) {
      return error(Rcode.REFUSED, ExtendedError.PROHIBITED);
    }
    if (decision == Decision.BAD_COOKIE) {
      return error(Rcode.BADCOOKIE, ExtendedError.NONE);
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
    return putOff().run();
  }

  /** As {@link #later}, but nobody is asked yet. */
  PutOff putOff() {
    if (composer == null) {
      composer = new Composer(new Responder(parts.forComposing(), carrier));
    }
    Sender copy = new Sender();
    copy.copy(sender);
    Query asked =
        new Query(
            zoneAnswer.openName(),
            query.type(),
            query.recursionDesired() && guard.mayRecurse(sender),
            query.checkingDisabled(),
            query.dnssecOk(),
            query.authenticData(),
            copy.address(),
            carrier.protocol(),
            LaterAnswers.LONGEST);
    return new PutOff(query.copy(), copy, asked, composer, parts.later(), counts);
  }

  /** The name at which others must be asked, after {@link #LATER}. */
  DomainName openName() {
    return zoneAnswer.openName();
  }

  /** Where the last response stands, from index 0; valid until the next call. */
  @Override
  public byte[] octets() {
    return response.octets();
  }

  private int respond(QueryReader.Verdict verdict, byte[] message, GivenAnswers given) {
    return switch (verdict) {
      case NOT_IMPLEMENTED -> error(Rcode.NOTIMP, ExtendedError.NOT_SUPPORTED);
      case MALFORMED -> error(Rcode.FORMERR, ExtendedError.NONE);
      case COOKIE_ONLY -> respondToCookie();
      case OK -> respondToQuestion(message, given);
      case SHORT, RESPONSE -> throw new AssertionError("never answered");
    };
  }

  /** RFC 7873 §5.4; without cookies it is a query without a question like any other. */
  private int respondToCookie() {
    if (!guard.givesCookies()) {
      return error(Rcode.FORMERR, ExtendedError.NONE);
    }
    return error(guard.isCookieWrong() ? Rcode.BADCOOKIE : Rcode.NOERROR, ExtendedError.NONE);
  }

  private int respondToQuestion(byte[] message, GivenAnswers given) {
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
    if (query.questionClass() == ChaosAnswer.CLASS) {
      return chaosAnswer.write(query, response, limit());
    }
    boolean ofInternet = query.questionClass() == CLASS_IN || query.questionClass() == CLASS_ANY;
    boolean transfer =
        type == RecordType.AXFR || (type == RecordType.IXFR && !overUdp); // not offered here
    if (!ofInternet || transfer) {
      return error(Rcode.REFUSED, ExtendedError.NOT_SUPPORTED);
    }
    boolean mayRecurse = guard.mayRecurse(sender);
    int rcode = zoneAnswer.write(message, limit(), sender, mayRecurse, given);
    if (mayRecurse && parts.later().recurses()) {
      response.recursionAvailable();
    }
    if (!truncateBit) {
      response.keepTruncationSilent();
    }
    return rcode;
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
