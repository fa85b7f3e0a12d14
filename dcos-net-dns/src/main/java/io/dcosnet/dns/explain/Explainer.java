// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.explain;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.explain.Explanation.Answer;
import io.dcosnet.dns.explain.Explanation.Kind;
import io.dcosnet.dns.explain.Explanation.Origin;
import io.dcosnet.dns.explain.Explanation.Step;
import io.dcosnet.dns.explain.Explanation.ZoneFacts;
import io.dcosnet.dns.explain.Explanation.ZoneState;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.ZoneTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Explains what a server answers to a question, and why.
 *
 * <p><b>Thread-safe.</b> An explanation looks at every name of a zone and may wait for an update of
 * it under way: up to a second in a very large cluster, so not on an event loop.
 */
public final class Explainer {

  /** More of what was left out helps nobody. */
  private static final int MOST_REFUSED = 20;

  private final ZoneTable zones;
  private final Function<DomainName, @Nullable DomainName> aliases;
  private final Beyond beyond;

  /**
   * An explainer for the zones of a server.
   *
   * @param aliases gives the name that is looked for in place of the one asked for, null for none
   */
  public Explainer(ZoneTable zones, Function<DomainName, @Nullable DomainName> aliases) {
    this(zones, aliases, Beyond.NOTHING);
  }

  /** As above, for a server that does more than to look into its zones. */
  public Explainer(
      ZoneTable zones, Function<DomainName, @Nullable DomainName> aliases, Beyond beyond) {
    this.zones = requireNonNull(zones, "zones");
    this.aliases = requireNonNull(aliases, "aliases");
    this.beyond = requireNonNull(beyond, "beyond");
  }

  /** An explainer for zones without aliases of their ends. */
  public static Explainer of(List<Zone> zones) {
    return new Explainer(ZoneTable.of(zones), name -> null);
  }

  /** The zones, longest origin first. */
  public List<Zone> zones() {
    return zones.zones();
  }

  /**
   * What a server answers.
   *
   * @param rcode number of the response code
   * @param answer the records, aliases first
   */
  public record Found(int rcode, List<Answer> answer) {
    public Found {
      answer = List.copyOf(answer);
    }
  }

  /** The answer to one question without the reasons, which costs little and never blocks. */
  public Found find(DomainName name, int type) {
    DomainName alias = aliases.apply(name);
    Walk walk = new Walk(zones, aliases, outside -> List.of(), beyond::takesFromZone, type);
    walk.from(alias == null ? name : alias);
    return new Found(walk.rcode(), walk.answer());
  }

  /**
   * Explains the answer to one question.
   *
   * @param name as in a master file, with or without the final dot
   * @param type number of a record type, or 255 for all
   * @param client who asks, null when that makes no difference
   */
  public Explanation explain(String name, int type, @Nullable IpAddress client) {
    requireNonNull(name, "name");
    try {
      return explain(DomainName.parse(name), type, client);
    } catch (DecodeException e) {
      Step step = new Step(Kind.NAME, "no domain name: " + e.getMessage());
      return new Explanation(
          null,
          type,
          client,
          List.of(step),
          null,
          Rcode.FORMERR,
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of());
    }
  }

  private static Explanation turnedAway(
      DomainName name, int type, @Nullable IpAddress client, List<Step> steps) {
    return new Explanation(
        name,
        type,
        client,
        steps,
        null,
        Rcode.REFUSED,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** As {@link #explain(String, int, IpAddress)}. */
  public Explanation explain(DomainName name, int type, @Nullable IpAddress client) {
    List<Step> steps = new ArrayList<>();
    steps.add(new Step(Kind.NAME, "read as " + name));
    DomainName alias = aliases.apply(name);
    if (alias != null) {
      steps.add(new Step(Kind.ALIAS, "looked for as " + alias));
    }
    DomainName wanted = alias == null ? name : alias;
    Beyond.Entry entry = beyond.entry(wanted, type, client);
    steps.addAll(entry.steps());
    if (entry.barred()) {
      return turnedAway(name, type, client, steps);
    }
    Walk walk =
        new Walk(
            zones, aliases, at -> beyond.outside(at, type, client), beyond::takesFromZone, type);
    walk.from(wanted);
    steps.addAll(walk.steps());
    Zone zone = zones.match(wanted);
    return new Explanation(
        name,
        type,
        client,
        steps,
        zone == null ? null : facts(zone),
        walk.rcode(),
        walk.answer(),
        origins(walk.looked()),
        zone == null
            ? List.of()
            : zone.collisions().getOrDefault(wanted.toLowerCase().toString(), List.of()),
        zone == null ? List.of() : refused(zone, wanted),
        suggestions(walk, zone, wanted));
  }

  /** What a zone is at the moment. */
  public static ZoneFacts facts(Zone zone) {
    ZoneSnapshot snapshot = zone.snapshot();
    if (snapshot == null) {
      return new ZoneFacts(zone.origin(), ZoneState.WAITING, 0, zone.age(), 0, 0);
    }
    return new ZoneFacts(
        zone.origin(),
        snapshot.isPartial() ? ZoneState.PARTIAL : ZoneState.READY,
        snapshot.serial(),
        zone.age(),
        snapshot.nameCount(),
        snapshot.recordCount());
  }

  private List<Origin> origins(Set<DomainName> names) {
    List<Origin> origins = new ArrayList<>();
    for (DomainName name : names) {
      Zone zone = zones.match(name);
      if (zone != null) {
        zone.origins(name).forEach(origin -> origins.add(new Origin(name, origin)));
      }
    }
    return origins;
  }

  /**
   * What was left out and mentions the first label that is a name rather than a service: the best
   * guess there is, since a part that became no record has no name.
   */
  private static List<Rejection> refused(Zone zone, DomainName name) {
    DomainName host = name;
    while (!host.isRoot() && host.octet(0) > 0 && host.octet(1) == '_') {
      host = host.parent();
    }
    if (host.isRoot() || host.equals(zone.origin())) {
      return List.of();
    }
    String text = host.toRawText();
    String label = text.substring(0, text.indexOf('.')).toLowerCase(Locale.ROOT);
    return zone.refused().stream()
        .filter(one -> mentions(one.subject(), label) || mentions(one.detail(), label))
        .limit(MOST_REFUSED)
        .toList();
  }

  private static boolean mentions(String text, String label) {
    return text.toLowerCase(Locale.ROOT).contains(label);
  }

  private List<DomainName> suggestions(Walk walk, @Nullable Zone zone, DomainName name) {
    ZoneSnapshot snapshot = zone == null ? null : zone.snapshot();
    boolean missing = walk.rcode() == Rcode.NXDOMAIN || walk.rcode() == Rcode.SERVFAIL;
    if (zone == null) {
      return NearNames.in(zones.zones(), name);
    }
    boolean unknown = snapshot != null && snapshot.find(name) == null;
    return snapshot != null && unknown && missing ? NearNames.in(snapshot, name) : List.of();
  }
}
