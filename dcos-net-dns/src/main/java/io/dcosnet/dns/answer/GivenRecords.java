// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.dns.answer.GivenSets.OwnedSet;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.ResponseWriter.Section;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Writes what others answered about one name, and tells where its CNAME records lead. Speed does
 * not matter here. <b>Confined to</b> one thread.
 */
final class GivenRecords {

  /** Characters of a text that are sent; it shall not take room from records. */
  static final int MOST_TEXT = 100;

  private final ZoneTable zones;
  private final Guard guard;
  private final LaterAnswers later;
  private final QueryReader query;
  private final ResponseWriter response;
  private final RecordWriter records;

  /** Where names stand in the response. */
  private final Map<DomainName, Integer> places = new HashMap<>();

  /** Where a name that the client has to ask on for stands, 0 when there is none. */
  private int target;

  GivenRecords(
      ZoneTable zones,
      Guard guard,
      LaterAnswers later,
      QueryReader query,
      ResponseWriter response,
      RecordWriter records) {
    this.zones = zones;
    this.guard = guard;
    this.later = later;
    this.query = query;
    this.response = response;
    this.records = records;
  }

  /**
   * Writes an answer about a name.
   *
   * @param chain gets the links that the answer has
   * @return false when the chain is too long now; then nothing was written
   */
  boolean write(Answer answer, Sender sender, LookedUpName name, Chain chain) {
    target = 0;
    boolean first = chain.isEmpty();
    boolean handled = later.covers(name.octets(), name.start(), name.length());
    Predicate<DomainName> wanted = owner -> isWanted(answer, sender, handled, owner);
    List<OwnedSet> sets = GivenSets.of(answer.answer(), wanted);
    int links = follows() ? (int) sets.stream().filter(GivenRecords::isLink).count() : 0;
    if (!chain.hasRoomFor(links)) {
      return false;
    }
    chain.addGiven(links);
    if (first && answer.authoritative()) {
      response.authoritative();
    }
    if (first && answer.authenticData() && (query.authenticData() || query.dnssecOk())) {
      response.authenticData();
    }
    if (answer.extendedError() != ExtendedError.NONE) {
      response.explain(answer.extendedError(), text(answer.extendedText()));
    }
    places.clear();
    places.put(DomainName.ofWire(name.octets(), name.start(), name.length()), name.shown());
    boolean ends = writeAnswer(sets, answer);
    if (!response.isTruncated()) {
      writeRest(answer, ends, wanted);
    }
    return true;
  }

  /**
   * Others have no say about names of our own zones, and no client gets what it may not know.
   *
   * @param handled the name was asked of a handler for it, which speaks of the names of handlers
   */
  private boolean isWanted(Answer answer, Sender sender, boolean handled, DomainName owner) {
    byte[] octets = owner.toWire();
    boolean believed =
        answer.authoritative()
            || zones.match(octets, 0, octets.length) == null
            || (handled && later.covers(octets, 0, octets.length));
    return believed && guard.mayKnow(sender, octets, 0, octets.length);
  }

  private static boolean isLink(OwnedSet one) {
    return one.set().type() == RecordType.CNAME;
  }

  private boolean follows() {
    return query.type() != RecordType.CNAME && query.type() != RecordType.ANY;
  }

  private static byte[] text(String text) {
    int end = Math.min(text.length(), MOST_TEXT);
    boolean halved = end < text.length() && Character.isLowSurrogate(text.charAt(end));
    return text.substring(0, halved ? end - 1 : end).getBytes(UTF_8);
  }

  /** False when it has nothing but CNAME records. */
  private boolean writeAnswer(List<OwnedSet> sets, Answer answer) {
    boolean ends = false;
    for (OwnedSet one : sets) {
      int record = response.position();
      int owner = places.getOrDefault(one.owner(), LookedUpName.NOT_SHOWN);
      if (!records.answer(owner, one.owner(), one.set())) {
        return true; // says TC by now
      }
      int ownerOctets = owner == LookedUpName.NOT_SHOWN ? one.owner().wireLength() : 2;
      if (owner == LookedUpName.NOT_SHOWN) {
        place(one.owner(), record);
      }
      if (follows() && isLink(one)) {
        target = record + ownerOctets + 10;
        place(targetOf(one.set()), target);
      } else {
        ends = true;
      }
    }
    boolean denied =
        answer.rcode() != Rcode.NOERROR
            || answer.authority().stream().anyMatch(one -> one.type() == RecordType.SOA);
    if (ends || (denied && !ofOurs())) {
      target = 0;
    }
    return ends;
  }

  private void place(DomainName name, int offset) {
    if (ResponseWriter.isReachable(offset)) {
      places.putIfAbsent(name, offset);
    }
  }

  private static DomainName targetOf(RecordSet cname) {
    byte[] data = new byte[cname.dataLength(0)];
    cname.copyData(0, data, 0);
    return DomainName.ofWire(data, 0, data.length);
  }

  /** True when the last CNAME record leads back into a zone of this server. */
  private boolean ofOurs() {
    return target != 0 && zones.match(response.octets(), target, targetLength()) != null;
  }

  /** A positive answer is complete without these sections, but for signatures and services. */
  private void writeRest(Answer answer, boolean ends, Predicate<DomainName> wanted) {
    if (target != 0) {
      return; // what they say of the end of the chain is said again there
    }
    if (!ends || answer.authoritative() || query.dnssecOk()) {
      for (OwnedSet one : GivenSets.of(answer.authority(), wanted)) {
        if (!all(Section.AUTHORITY, one)) {
          if (!ends) {
            response.truncated(); // a denial without its SOA would not be kept
          }
          return;
        }
      }
    }
    boolean helps = answer.authoritative() || pointsToHosts(query.type()) || !ends;
    List<OwnedSet> additional =
        helps ? GivenSets.of(answer.additional(), wanted) : List.<OwnedSet>of();
    for (OwnedSet one : additional) {
      if (!all(Section.ADDITIONAL, one)) {
        return;
      }
    }
  }

  private static boolean pointsToHosts(int type) {
    return type == RecordType.SRV
        || type == RecordType.MX
        || type == RecordType.NS
        || type == RecordType.SVCB
        || type == RecordType.HTTPS;
  }

  /** Whole sets only (RFC 2181 §9). */
  private boolean all(Section section, OwnedSet one) {
    int start = response.position();
    int before = response.count(section);
    int owner = places.getOrDefault(one.owner(), LookedUpName.NOT_SHOWN);
    if (records.all(section, owner, one.owner(), one.set())) {
      return true;
    }
    response.rewind(start, section, response.count(section) - before);
    return false;
  }

  /** True when the answer ends with a name that it says nothing about. */
  boolean leadsOn() {
    return target != 0;
  }

  /** Where that name begins in the response. */
  int target() {
    return target;
  }

  /** Octets of that name. */
  int targetLength() {
    return WireNames.length(response.octets(), target);
  }
}
