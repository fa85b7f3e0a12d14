// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.explain;

import io.dcosnet.api.DecodeException;
import io.dcosnet.dns.explain.Explanation.Answer;
import io.dcosnet.dns.explain.Explanation.Kind;
import io.dcosnet.dns.explain.Explanation.Step;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.ZoneTable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The search for a name through the zones, as a server does it for a query (RFC 1034 §4.3.2), with
 * a note of each step. <b>Confined to</b> one thread.
 */
final class Walk {

  /** Links of a chain of aliases that are followed. */
  private static final int MAX_LINKS = 16;

  private final ZoneTable zones;
  private final Function<DomainName, @Nullable DomainName> aliases;
  private final Function<DomainName, List<Step>> outside;
  private final Predicate<DomainName> takenFromZone;
  private final int type;
  private final List<Step> steps = new ArrayList<>();
  private final List<Answer> answer = new ArrayList<>();

  /** Names whose records were taken, as the zones have them. */
  private final Set<DomainName> looked = new LinkedHashSet<>();

  private int rcode = Rcode.NOERROR;

  /**
   * A walk for one question.
   *
   * @param outside tells who is asked about a name that no zone has
   * @param takenFromZone true for names about which they are asked although a zone is above them
   */
  Walk(
      ZoneTable zones,
      Function<DomainName, @Nullable DomainName> aliases,
      Function<DomainName, List<Step>> outside,
      Predicate<DomainName> takenFromZone,
      int type) {
    this.zones = zones;
    this.aliases = aliases;
    this.outside = outside;
    this.takenFromZone = takenFromZone;
    this.type = type;
  }

  List<Step> steps() {
    return steps;
  }

  List<Answer> answer() {
    return answer;
  }

  Set<DomainName> looked() {
    return looked;
  }

  int rcode() {
    return rcode;
  }

  /** Searches for the name and what it is an alias of. */
  void from(DomainName start) {
    DomainName name = start;
    for (int link = 0; link <= MAX_LINKS; link++) {
      Zone zone = zones.match(name);
      if (zone == null) {
        notInZone(name, "no zone of this server has " + name, link);
        return;
      }
      if (takenFromZone.test(name)) {
        notInZone(name, "a route leads further down than zone " + zone.origin(), link);
        return;
      }
      ZoneSnapshot snapshot = zone.snapshot();
      if (snapshot == null) {
        note(Kind.ZONE, zone.origin() + " has no records yet: its source has told nothing");
        rcode = Rcode.SERVFAIL;
        return;
      }
      note(Kind.ZONE, zone.origin() + " serial " + snapshot.serial() + partly(snapshot));
      DomainName next = in(snapshot, name);
      if (next == null) {
        return;
      }
      name = underAlias(next);
    }
    note(Kind.ANSWER, "more than " + MAX_LINKS + " aliases in a row, or a circle of them");
    rcode = Rcode.SERVFAIL;
  }

  private DomainName underAlias(DomainName name) {
    DomainName alias = aliases.apply(name);
    if (alias == null) {
      return name;
    }
    note(Kind.ALIAS, name + " is looked for as " + alias);
    return alias;
  }

  private static String partly(ZoneSnapshot snapshot) {
    return snapshot.isPartial() ? ", partial: names may be missing" : "";
  }

  private void notInZone(DomainName name, String why, int link) {
    List<Step> asked = outside.apply(name);
    if (asked.stream().anyMatch(step -> step.kind() != Kind.ACCESS)) {
      note(Kind.ZONE, why);
      steps.addAll(asked);
      rcode = Explanation.OPEN;
      return;
    }
    steps.addAll(asked);
    if (link == 0) {
      note(Kind.ZONE, why);
      rcode = Rcode.REFUSED;
    } else {
      note(Kind.ZONE, why + ": the client has to ask on");
    }
  }

  /** The name to go on with, null at the end. */
  private @Nullable DomainName in(ZoneSnapshot zone, DomainName name) {
    ZoneNode cut = cut(zone, name);
    if (cut != null) {
      return atCut(cut, name, cut.name().equals(zone.origin()));
    }
    ZoneNode node = zone.find(name);
    if (node == null) {
      node = wildcard(zone, name);
    } else if (node.isEmptyNonTerminal()) {
      note(Kind.FOUND, name + " exists only because of names below it");
    } else {
      note(Kind.FOUND, name + " has " + types(node));
    }
    if (node == null) {
      deny(zone, name);
      return null;
    }
    looked.add(node.name());
    return records(node, name);
  }

  /** The topmost name above this one, or itself, where another zone begins or a tree is moved. */
  private @Nullable ZoneNode cut(ZoneSnapshot zone, DomainName name) {
    ZoneNode cut = null;
    for (DomainName at = name; ; at = at.parent()) {
      ZoneNode node = zone.find(at);
      boolean isName = at.equals(name);
      boolean isApex = at.equals(zone.origin());
      boolean delegates =
          node != null
              && node.set(RecordType.NS) != null
              && !isApex
              && !(isName && type == RecordType.DS);
      boolean moves = node != null && node.set(RecordType.DNAME) != null && !isName;
      cut = delegates || moves ? node : cut;
      if (isApex) {
        return cut;
      }
    }
  }

  private @Nullable DomainName atCut(ZoneNode cut, DomainName name, boolean isApex) {
    looked.add(cut.name());
    RecordSet moved = cut.set(RecordType.DNAME);
    boolean isDelegation = cut.set(RecordType.NS) != null && !isApex;
    if (moved == null || isDelegation) {
      note(Kind.FOUND, name + " is delegated at " + cut.name());
      note(Kind.ANSWER, "a referral to the servers of " + cut.name());
      return null;
    }
    answer(cut.name(), moved);
    byte[] data = new byte[moved.dataLength(0)];
    moved.copyData(0, data, 0);
    int prefix = name.wireLength() - cut.name().wireLength();
    byte[] wire = new byte[prefix + data.length];
    System.arraycopy(name.toWire(), 0, wire, 0, prefix);
    System.arraycopy(data, 0, wire, prefix, data.length);
    try {
      DomainName target = DomainName.ofWire(wire, 0, wire.length);
      note(Kind.FOUND, "all below " + cut.name() + " is moved: " + target);
      return target;
    } catch (DecodeException e) {
      note(Kind.ANSWER, "below its new place the name would be too long");
      rcode = Rcode.YXDOMAIN;
      return null;
    }
  }

  /** RFC 4592: the asterisk right below the closest name that exists stands for all missing. */
  private @Nullable ZoneNode wildcard(ZoneSnapshot zone, DomainName name) {
    DomainName encloser = name.parent();
    while (zone.find(encloser) == null) {
      encloser = encloser.parent();
    }
    byte[] wire = new byte[encloser.wireLength() + 2];
    wire[0] = 1;
    wire[1] = '*';
    encloser.copyTo(wire, 2);
    // Elsewhere an asterisk is a label like any other.
    ZoneNode wildcard = zone.hasWildcards() ? zone.find(wire, 0, wire.length) : null;
    if (wildcard == null) {
      note(Kind.FOUND, name + " does not exist; the closest that does is " + encloser);
    } else {
      note(Kind.FOUND, wildcard.name() + " stands for it and has " + types(wildcard));
    }
    return wildcard;
  }

  private void deny(ZoneSnapshot zone, DomainName name) {
    if (zone.isPartial()) {
      note(Kind.ANSWER, "nothing is denied while names may be missing");
      rcode = Rcode.SERVFAIL;
    } else {
      note(Kind.ANSWER, name + " does not exist");
      rcode = Rcode.NXDOMAIN;
    }
  }

  private @Nullable DomainName records(ZoneNode node, DomainName owner) {
    RecordSet alias = node.set(RecordType.CNAME);
    if (alias != null && type != RecordType.CNAME && type != RecordType.ANY) {
      answer(owner, alias);
      byte[] data = new byte[alias.dataLength(0)];
      alias.copyData(0, data, 0);
      DomainName target = DomainName.ofWire(data, 0, data.length);
      note(Kind.ALIAS, owner + " is another name of " + target);
      return target;
    }
    int before = answer.size();
    for (RecordSet set : node.sets()) {
      if (type == RecordType.ANY || type == set.type()) {
        answer(owner, set);
      }
    }
    int found = answer.size() - before;
    String wanted = RecordType.name(type);
    note(
        Kind.ANSWER,
        found == 0
            ? owner + " exists and has no " + wanted + " record"
            : found + (found == 1 ? " record" : " records") + " of type " + wanted);
    return null;
  }

  private void answer(DomainName owner, RecordSet set) {
    for (String data : set.toText()) {
      answer.add(new Answer(owner, set.ttlSeconds(), set.type(), data));
    }
  }

  private static String types(ZoneNode node) {
    List<String> types = new ArrayList<>();
    for (RecordSet set : node.sets()) {
      types.add(set.size() + " " + RecordType.name(set.type()));
    }
    return String.join(", ", types);
  }

  private void note(Kind kind, String text) {
    steps.add(new Step(kind, text));
  }
}
