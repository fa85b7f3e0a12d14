// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.answer.Guard;
import io.dcosnet.dns.defend.Defence.InForce;
import io.dcosnet.dns.defend.RateLimiter.Kind;
import io.dcosnet.dns.defend.ServerCookies.Result;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneTable;

/**
 * Obeys the rules of a {@link Defence} for one responder: access first, then the cookie, then how
 * often.
 *
 * <p><b>Confined to</b> the thread of that responder; allocates nothing for a query.
 */
final class WorkerGuard implements Guard {

  private final Defence defence;
  private final boolean overUdp;
  private final ZoneTable zones;
  private final TimeSource time;
  private final DefenceCounts counts;
  private final ServerCookies cookies = new ServerCookies();
  private final TellingZone others = new TellingZone();

  private InForce rules;
  private Result cookie = Result.NONE;
  private int sinceSlip;

  WorkerGuard(
      Defence defence, Protocol protocol, ZoneTable zones, TimeSource time, DnsMetrics metrics) {
    this.defence = defence;
    this.overUdp = protocol == Protocol.UDP;
    this.zones = zones;
    this.time = time;
    this.counts = new DefenceCounts(metrics, protocol);
    this.rules = defence.inForce();
  }

  @Override
  public Decision query(QueryReader query, Sender sender) {
    rules = defence.inForce();
    cookie = Result.NONE;
    Access access = rules.rules().access().client(sender);
    if (access != Access.ALLOW) {
      return decide(access);
    }
    checkCookie(query, sender);
    counts.cookie(cookie);
    RateLimiter limiter = rules.limiter();
    boolean limited = limiter.limits().queries() > 0 && isLimited(limiter, sender);
    if (!limited || limiter.take(Kind.QUERY, sender, time.nanos())) {
      return Decision.PASS;
    }
    return overUdp ? slip(limiter) : refuse(counts.refusedByRate());
  }

  @Override
  public void resume(QueryReader query, Sender sender) {
    rules = defence.inForce();
    checkCookie(query, sender);
  }

  private void checkCookie(QueryReader query, Sender sender) {
    cookie =
        query.options().hasCookie()
            ? cookies.check(rules.rules().cookies(), query, sender, time.wallMillis() / 1000)
            : Result.NONE;
  }

  @Override
  public boolean givesCookies() {
    return rules.rules().cookies().isOn();
  }

  @Override
  public byte[] cookie() {
    return cookie == Result.NONE ? NO_COOKIE : cookies.reply();
  }

  @Override
  public boolean isCookieWrong() {
    return cookie == Result.INVALID;
  }

  @Override
  public Decision name(Sender sender, byte[] octets, int start, int length) {
    return decide(access(sender, octets, start, length));
  }

  @Override
  public boolean mayKnow(Sender sender, byte[] octets, int start, int length) {
    return access(sender, octets, start, length) == Access.ALLOW;
  }

  @Override
  public boolean hidesNames() {
    return rules.rules().access().hasZones();
  }

  private Access access(Sender sender, byte[] octets, int start, int length) {
    AccessPolicy policy = rules.rules().access();
    return policy.hasZones() ? policy.name(sender, octets, start, length) : Access.ALLOW;
  }

  private Decision decide(Access access) {
    return switch (access) {
      case ALLOW -> Decision.PASS;
      case REFUSE -> refuse(counts.refusedByRule());
      case DROP -> drop(counts.droppedByRule());
    };
  }

  @Override
  public Decision response(QueryReader query, Sender sender, int rcode, ResponseWriter response) {
    RateLimiter limiter = rules.limiter();
    if (!overUdp || !isLimited(limiter, sender)) {
      return Decision.PASS;
    }
    long now = time.nanos();
    boolean within =
        limiter.take(Kind.ALL, sender, now)
            && takeKind(limiter, query, sender, rcode, response, now);
    return within ? Decision.PASS : slip(limiter);
  }

  /** Who showed a cookie is really there. */
  private boolean isLimited(RateLimiter limiter, Sender sender) {
    return cookie != Result.VALID && limiter.limits(sender);
  }

  private boolean takeKind(
      RateLimiter limiter,
      QueryReader query,
      Sender sender,
      int rcode,
      ResponseWriter response,
      long now) {
    byte[] octets = query.octets();
    int name = query.nameStart();
    int length = query.nameLength();
    if (rcode == Rcode.NXDOMAIN || response.isReferral()) {
      // Any number of names has this answer: what they share is the zone.
      Kind kind = rcode == Rcode.NXDOMAIN ? Kind.NONEXISTENT : Kind.RESPONSE;
      Zone zone = zones.match(octets, name, length);
      int kept = zone == null ? 0 : zone.origin().wireLength();
      if (zone == null) {
        int told = others.find(response);
        if (told > 0) {
          return limiter.take(kind, sender, others.octets, 0, told, now);
        }
        kept = twoLabels(octets, name, length);
      }
      return limiter.take(kind, sender, octets, name + length - kept, kept, now);
    }
    boolean answered = rcode == Rcode.NOERROR || rcode == Rcode.YXDOMAIN;
    return answered
        ? limiter.take(Kind.RESPONSE, sender, octets, name, length, now)
        : limiter.take(Kind.ERROR, sender, now);
  }

  /** Octets of the last two labels and the root, where nothing better is known of a zone. */
  private static int twoLabels(byte[] octets, int start, int length) {
    int before = start;
    int last = start;
    int at = start;
    while (octets[at] != 0) {
      before = last;
      last = at;
      at += octets[at] + 1;
    }
    return start + length - before;
  }

  /** A real client gets through now and then; a forged address gets nothing that is worth it. */
  private Decision slip(RateLimiter limiter) {
    int every = limiter.limits().slip();
    if (every == 0 || ++sinceSlip < every) {
      return drop(counts.droppedByRate());
    }
    sinceSlip = 0;
    if (cookie == Result.NONE) {
      counts.truncatedByRate().increment();
      return Decision.TRUNCATE;
    }
    counts.askedForCookie().increment();
    return Decision.BAD_COOKIE;
  }

  private static Decision refuse(Counter counter) {
    counter.increment();
    return Decision.REFUSE;
  }

  private static Decision drop(Counter counter) {
    counter.increment();
    return Decision.DROP;
  }

  @Override
  public boolean mayRecurse(Sender sender) {
    return rules.rules().access().mayRecurse(sender);
  }
}
