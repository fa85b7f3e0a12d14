// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.answer.Guard;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.ZoneTable;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The rules of one server by which its workers answer, limit and refuse. They can be changed while
 * it runs: each worker obeys the new ones from its next query on. What the limits knew of clients
 * is forgotten when the limits themselves change.
 *
 * <p><b>Thread-safe.</b>
 */
public final class Defence {

  /**
   * All rules together. <b>Immutable.</b>
   *
   * @param access who may ask what
   * @param rateLimit how often the same network gets the same answer
   * @param cookies by which clients prove their addresses
   */
  public record Rules(AccessPolicy access, RateLimit rateLimit, Cookies cookies) {

    /** Open zones without limits and cookies; others are asked for near clients only. */
    public static final Rules OPEN = new Rules(AccessPolicy.DEFAULTS, RateLimit.OFF, Cookies.OFF);

    public Rules {
      requireNonNull(access, "access");
      requireNonNull(rateLimit, "rateLimit");
      requireNonNull(cookies, "cookies");
    }

    public Rules withAccess(AccessPolicy other) {
      return new Rules(other, rateLimit, cookies);
    }

    public Rules withRateLimit(RateLimit other) {
      return new Rules(access, other, cookies);
    }

    public Rules withCookies(Cookies other) {
      return new Rules(access, rateLimit, other);
    }
  }

  /** The rules with what keeps their limits; replaced as one. */
  record InForce(Rules rules, RateLimiter limiter) {}

  private final List<IpAddress> near;
  private final TimeSource time;
  private final RandomGenerator random;
  private volatile InForce inForce;

  /**
   * These rules for now.
   *
   * @param random chooses where the limits keep their counts; any will do that others cannot guess
   */
  public Defence(Rules rules, TimeSource time, RandomGenerator random) {
    this(rules, List.of(), time, random);
  }

  /**
   * As above.
   *
   * @param near the addresses of the host: others are asked for them whatever the rules become,
   *     unless they say no for just that address, and limits that exempt what {@link
   *     RateLimit#DEFAULTS} exempts do not hold for them
   */
  public Defence(Rules rules, List<IpAddress> near, TimeSource time, RandomGenerator random) {
    this.near = List.copyOf(near);
    this.time = requireNonNull(time, "time");
    this.random = requireNonNull(random, "random");
    this.inForce = new InForce(withNear(rules), limiter(rules.rateLimit()));
  }

  private Rules withNear(Rules rules) {
    return rules.withAccess(rules.access().andNear(near));
  }

  /** A query from the host to one of its addresses comes from that address, not from loopback. */
  private RateLimiter limiter(RateLimit limit) {
    if (!limit.exempt().equals(RateLimit.DEFAULTS.exempt())) {
      return new RateLimiter(limit, random);
    }
    Cidr[] own =
        near.stream()
            .map(address -> Cidr.containing(address, address.isIpv4() ? 32 : 128))
            .toArray(Cidr[]::new);
    return new RateLimiter(limit.andExempt(own), random);
  }

  /** What holds now. */
  public Rules rules() {
    return inForce.rules();
  }

  /** Changes what holds; {@code change} is given the present rules. */
  public synchronized void update(UnaryOperator<Rules> change) { // updates one after the other
    InForce before = inForce;
    Rules rules = withNear(requireNonNull(change.apply(before.rules()), "rules"));
    boolean sameLimits = rules.rateLimit().equals(before.rules().rateLimit());
    inForce = new InForce(rules, sameLimits ? before.limiter() : limiter(rules.rateLimit()));
  }

  /** True when the rules of access let a client ask for a name; limits apart. */
  public boolean allows(IpAddress client, DomainName name) {
    AccessPolicy access = rules().access();
    Sender sender = Sender.of(client);
    byte[] wire = name.toWire();
    return access.client(sender) == Access.ALLOW
        && access.name(sender, wire, 0, wire.length) == Access.ALLOW;
  }

  /** True when the rules of access let a client have others asked. */
  public boolean mayRecurse(IpAddress client) {
    return rules().access().mayRecurse(Sender.of(client));
  }

  /** How often a client that shows no cookie gets answers over UDP; a sentence for a person. */
  public String limits(IpAddress client) {
    RateLimit limit = rules().rateLimit();
    if (!inForce.limiter().limits(Sender.of(client))) {
      return client + " has no limits";
    }
    Cidr network = Cidr.containing(client, client.isIpv4() ? limit.ipv4Bits() : limit.ipv6Bits());
    return "over UDP without a cookie %s gets %s equal answers, %s denials, %s errors a second"
        .formatted(
            network, most(limit.responses()), most(limit.nonexistent()), most(limit.errors()));
  }

  private static String most(int limit) {
    return limit == 0 ? "all" : Integer.toString(limit);
  }

  InForce inForce() {
    return inForce;
  }

  /**
   * A guard for one responder.
   *
   * @param zones denials are limited by the zone that they come from
   */
  public Guard guard(Protocol protocol, ZoneTable zones, DnsMetrics metrics) {
    return new WorkerGuard(this, protocol, zones, time, metrics);
  }
}
