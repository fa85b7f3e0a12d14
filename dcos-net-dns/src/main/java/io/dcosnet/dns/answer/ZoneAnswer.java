// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.dns.answer.Guard.Decision;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.ResponseWriter.Section;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.ReadyAnswer;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.ZoneTable;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answer that the zones give: the records, that the name has none of this type, or that
 * it does not exist. CNAME and DNAME records lead on, from zone to zone; who answers in the end,
 * decides the response code (RFC 6604). <b>Confined to</b> the thread of its {@link Responder}.
 */
final class ZoneAnswer {

  /** Links of a chain; more are a mistake or an attack. */
  static final int MAX_LINKS = 16;

  /** Stands for a response code when the name leads to another one. */
  private static final int NEXT = -11;

  /** Stands for a response code when nobody took over on the way to the name. */
  private static final int NO_CUT = -12;

  /** Stands for a response code when the sender shall not even learn that it is refused. */
  static final int SILENT = -13;

  /** What an answer over UDP to a question for any type holds, the first that is there. */
  private static final int[] MOST_USEFUL = {RecordType.A, RecordType.AAAA, RecordType.SRV};

  private static final byte[] NO_TEXT = {};
  private static final byte[] LOOP = "chain of CNAME records does not end".getBytes(UTF_8);
  private static final byte[] TOO_MANY =
      ("chain of more than " + MAX_LINKS + " CNAME records").getBytes(UTF_8);

  private final ZoneTable zones;
  private final Guard guard;
  private final Elsewhere elsewhere;
  private final LaterAnswers later;
  private final QueryReader query;
  private final ResponseWriter response;
  private final boolean overUdp;
  private final RecordWriter records;
  private final TargetAddresses targets;
  private final LookedUpName name;
  private final Cut cut = new Cut();
  private final Chain chain = new Chain(MAX_LINKS);
  private final byte[] built = new byte[2 * DomainName.MAX_WIRE_OCTETS];
  private final GivenRecords givenRecords;
  private Sender sender = new Sender();
  private boolean recurses;
  private GivenAnswers given = GivenAnswers.NONE;

  ZoneAnswer(
      ZoneTable zones,
      Aliases aliases,
      Guard guard,
      Elsewhere elsewhere,
      LaterAnswers later,
      QueryReader query,
      ResponseWriter response,
      RecordOrder order,
      boolean overUdp) {
    this.zones = zones;
    this.guard = guard;
    this.elsewhere = elsewhere;
    this.later = later;
    this.query = query;
    this.response = response;
    this.overUdp = overUdp;
    this.records = new RecordWriter(response, order);
    this.targets = new TargetAddresses(zones, aliases, guard, response);
    this.name = new LookedUpName(aliases);
    this.givenRecords = new GivenRecords(zones, later, guard, query, response, records);
  }

  /**
   * Writes all but the OPT record and tells the response code, {@link Elsewhere#LATER} or {@link
   * #SILENT}.
   *
   * @param mayRecurse true when others may be asked for the sender
   * @param told what others told already
   */
  int write(byte[] message, int limit, Sender from, boolean mayRecurse, GivenAnswers told) {
    sender = from;
    recurses = mayRecurse;
    given = told;
    response.begin(query, limit, Rcode.NOERROR, ExtendedError.NONE);
    chain.clear();
    name.set(message, query.nameStart(), query.nameLength(), QueryReader.NAME_OFFSET);
    records.begin(name.alias());
    int rcode = step();
    while (rcode == NEXT) {
      records.meet(name.alias());
      rcode = step();
    }
    if (rcode > Rcode.NOERROR) {
      response.responseCode(rcode);
    }
    return rcode;
  }

  private int step() {
    Decision decision = guard.name(sender, name.octets(), name.start(), name.length());
    return decision == Decision.PASS ? stepOpen() : stepBarred(decision);
  }

  /** A chain that leads to what the sender may not know ends before. */
  private int stepBarred(Decision decision) {
    if (!chain.isEmpty()) {
      return Rcode.NOERROR;
    }
    return decision == Decision.DROP
        ? SILENT
        : fail(Rcode.REFUSED, ExtendedError.PROHIBITED, NO_TEXT);
  }

  private int stepOpen() {
    byte[] octets = name.octets();
    Answer told = given.find(octets, name.start(), name.length());
    if (told != null && !name.isTooLong()) {
      return stepGiven(told);
    }
    if (later.covers(octets, name.start(), name.length())) {
      return Elsewhere.LATER;
    }
    Zone zone = zones.match(octets, name.start(), name.length());
    if (zone == null) {
      return stepOutside();
    }
    ZoneSnapshot snapshot = zone.snapshot();
    if (snapshot == null) {
      // Denying a name that nobody has told us of yet would be believed for the negative TTL.
      return fail(Rcode.SERVFAIL, ExtendedError.NOT_READY, NO_TEXT);
    }
    int cutCode = snapshot.hasCuts() ? stepAtCut(snapshot) : NO_CUT;
    return cutCode == NO_CUT ? stepInZone(snapshot) : cutCode;
  }

  private int stepOutside() {
    int rcode = Elsewhere.NOBODY;
    if (recurses && isForOthers()) {
      // What is known fast is written with the name as it was looked for.
      int before = response.position();
      int answers = response.count(Section.ANSWER);
      rcode =
          name.alias() == null
              ? elsewhere.answer(
                  query, sender, name.octets(), name.start(), name.length(), response)
              : Elsewhere.LATER;
      if (rcode >= Rcode.NOERROR && guard.hidesNames() && namesOthers(before, answers)) {
        rcode = Elsewhere.LATER; // where each name is looked at before it is told
      }
    }
    if (rcode == Elsewhere.NOBODY && later.seesMisses() && isForOthers()) {
      return Elsewhere.LATER;
    }
    if (rcode != Elsewhere.NOBODY) {
      return rcode;
    }
    // The end of a chain may be anywhere; the client's resolver goes on from there.
    return chain.isEmpty() ? fail(Rcode.REFUSED, later.refusal(recurses), NO_TEXT) : Rcode.NOERROR;
  }

  /** True when what was written from there on, behind so many answers, may be of other names. */
  private boolean namesOthers(int first, int answersBefore) {
    if (response.count(Section.ANSWER) == answersBefore) {
      return response.count(Section.ADDITIONAL) > 0;
    }
    byte[] octets = response.octets();
    int at = first + WireNames.shownLength(octets, first);
    int type = (octets[at] & 0xff) << 8 | (octets[at + 1] & 0xff); // a chain comes first
    return type != query.type() || response.count(Section.ADDITIONAL) > 0;
  }

  /** Others are asked for records only, and for names that can exist. */
  private boolean isForOthers() {
    return !name.isTooLong()
        && (query.type() == RecordType.ANY || !RecordType.isMeta(query.type()));
  }

  private int stepGiven(Answer told) {
    if (told.rcode() == Rcode.REFUSED && !chain.isEmpty()) {
      return Rcode.NOERROR; // the client goes on from the end of the chain by itself
    }
    if (!givenRecords.write(told, sender, name, chain)) {
      return fail(Rcode.SERVFAIL, ExtendedError.OTHER, TOO_MANY);
    }
    if (!givenRecords.leadsOn() || response.isTruncated()) {
      return told.rcode();
    }
    int next = givenRecords.target();
    name.set(response.octets(), next, givenRecords.targetLength(), next);
    return NEXT;
  }

  /** The name at which others must be asked, after {@link #write} gave LATER. */
  DomainName openName() {
    return DomainName.ofWire(name.octets(), name.start(), name.length());
  }

  private int fail(int rcode, int extended, byte[] text) {
    response.explain(extended, text);
    return rcode;
  }

  private int stepInZone(ZoneSnapshot zone) {
    ZoneNode node = find(zone);
    if (node == null && zone.isPartial()) {
      // A denial would be believed, and cached, although nobody knows yet.
      return fail(Rcode.SERVFAIL, ExtendedError.NOT_READY, NO_TEXT);
    }
    beAuthoritative();
    if (node == null) {
      deny(zone);
      return Rcode.NXDOMAIN;
    }
    if (writeSets(node)) {
      return Rcode.NOERROR;
    }
    RecordSet other = query.type() == RecordType.ANY ? null : node.set(RecordType.CNAME);
    if (other != null) {
      return follow(node, other);
    }
    deny(zone);
    return Rcode.NOERROR;
  }

  /** The bit speaks of the first owner in the answer (RFC 1035 §4.1.1). */
  private void beAuthoritative() {
    if (chain.isEmpty()) {
      response.authoritative();
    }
  }

  private @Nullable ZoneNode find(ZoneSnapshot zone) {
    if (name.isTooLong()) {
      return null;
    }
    ZoneNode node = zone.find(name.octets(), name.start(), name.length());
    return node == null && zone.hasWildcards() ? findWildcard(zone) : node;
  }

  /** RFC 4592: the asterisk right below the closest name above that exists. */
  private @Nullable ZoneNode findWildcard(ZoneSnapshot zone) {
    byte[] octets = name.octets();
    int end = name.start() + name.length();
    int at = name.start();
    ZoneNode encloser;
    do {
      at += octets[at] + 1;
      encloser = zone.find(octets, at, end - at);
    } while (encloser == null); // the apex exists
    built[0] = 1;
    built[1] = '*';
    System.arraycopy(octets, at, built, 2, end - at);
    return zone.find(built, 0, 2 + end - at);
  }

  /** False when the name has nothing of what is asked. */
  private boolean writeSets(ZoneNode node) {
    if (query.type() == RecordType.ANY) {
      return writeAny(node);
    }
    // An IXFR over UDP asks for the newest SOA first (RFC 1995 §2).
    int wanted = query.type() == RecordType.IXFR ? RecordType.SOA : query.type();
    int first = response.position();
    byte[] ready = node.ready();
    if (ReadyAnswer.type(ready) == wanted && records.isPlain(wanted)) {
      boolean whole = records.answerReady(name.shown(), ready);
      addTargets(whole, wanted, first, ReadyAnswer.count(ready));
      return true;
    }
    RecordSet set = node.set(wanted);
    if (set == null) {
      return false;
    }
    boolean whole = records.answer(name.shown(), set);
    addTargets(whole, wanted, first, set.size());
    return true;
  }

  private void addTargets(boolean whole, int type, int first, int count) {
    if (whole && type == RecordType.SRV) {
      targets.add(sender, first, count, Rdata.SRV_TARGET_OFFSET);
    }
  }

  /** RFC 8482: one set over UDP, everything over TCP. */
  private boolean writeAny(ZoneNode node) {
    if (node.isEmptyNonTerminal()) {
      return false;
    }
    if (overUdp) {
      records.answer(name.shown(), mostUseful(node));
      return true;
    }
    for (int i = 0; i < node.setCount(); i++) {
      if (!records.answer(name.shown(), node.setAt(i))) {
        return true; // says TC by now
      }
    }
    return true;
  }

  private static RecordSet mostUseful(ZoneNode node) {
    for (int type : MOST_USEFUL) {
      RecordSet set = node.set(type);
      if (set != null) {
        return set;
      }
    }
    return node.setAt(0);
  }

  /** Goes on with the name that a CNAME record gives. */
  private int follow(ZoneNode node, RecordSet cname) {
    if (chain.has(node)) {
      return fail(Rcode.SERVFAIL, ExtendedError.OTHER, LOOP);
    }
    if (chain.isFull()) {
      return fail(Rcode.SERVFAIL, ExtendedError.OTHER, TOO_MANY);
    }
    int record = response.position();
    if (!records.add(Section.ANSWER, name.shown(), cname, 0)) {
      response.truncated();
      return Rcode.NOERROR;
    }
    int data = record + ResponseWriter.SHORTEST_RECORD_OCTETS;
    chain.add(node, name.shown(), data);
    name.set(response.octets(), data, response.position() - data, data);
    return NEXT;
  }

  private int stepAtCut(ZoneSnapshot zone) {
    cut.search(zone, name, query.type());
    ZoneNode node = cut.node();
    RecordSet set = cut.set();
    if (node == null || set == null) {
      return NO_CUT;
    }
    return set.type() == RecordType.NS ? refer(node, set) : redirect(node, set);
  }

  /** Tells who answers below the name, with the addresses that are known (RFC 1034 §4.3.2). */
  private int refer(ZoneNode node, RecordSet servers) {
    int owner = name.shown(node.name().wireLength());
    int first = response.position();
    if (!records.all(Section.AUTHORITY, owner, node.name(), servers)) {
      response.truncated();
    } else if (owner != LookedUpName.NOT_SHOWN) {
      targets.add(sender, first, servers.size(), 0);
    }
    return Rcode.NOERROR;
  }

  /** Goes on below the name that a DNAME record gives (RFC 6672). */
  private int redirect(ZoneNode node, RecordSet dname) {
    beAuthoritative();
    if (chain.hasOwner(response.octets(), name.shown())) {
      return fail(Rcode.SERVFAIL, ExtendedError.OTHER, LOOP);
    }
    if (chain.isFull()) {
      return fail(Rcode.SERVFAIL, ExtendedError.OTHER, TOO_MANY);
    }
    int data = chain.has(node) ? chain.data(node) : writeRedirect(node, dname);
    if (data == Chain.NONE) {
      response.truncated();
      return Rcode.NOERROR;
    }
    int kept = name.length() - node.name().wireLength();
    int suffix = WireNames.length(response.octets(), data);
    if (name.isTooLong() || kept + suffix > DomainName.MAX_WIRE_OCTETS) {
      return Rcode.YXDOMAIN;
    }
    System.arraycopy(name.octets(), name.start(), built, 0, kept);
    System.arraycopy(response.octets(), data, built, kept, suffix);
    int record = response.position();
    if (!response.add(
        Section.ANSWER, name.shown(), RecordType.CNAME, dname.ttlSeconds(), built, kept + suffix)) {
      response.truncated();
      return Rcode.NOERROR;
    }
    chain.add(node, name.shown(), data);
    int next = record + ResponseWriter.SHORTEST_RECORD_OCTETS;
    name.set(response.octets(), next, kept + suffix, next);
    boolean asksForIt = query.type() == RecordType.CNAME || query.type() == RecordType.ANY;
    return asksForIt ? Rcode.NOERROR : NEXT;
  }

  /** Where the data of the record begins, {@link Chain#NONE} when it does not fit. */
  private int writeRedirect(ZoneNode node, RecordSet dname) {
    int owner = name.shown(node.name().wireLength());
    int record = response.position();
    if (!records.all(Section.ANSWER, owner, node.name(), dname)) {
      return Chain.NONE;
    }
    int ownerOctets = owner == LookedUpName.NOT_SHOWN ? node.name().wireLength() : 2;
    return record + ResponseWriter.SHORTEST_RECORD_OCTETS - 2 + ownerOctets;
  }

  /** The SOA of the zone says how long the denial holds (RFC 2308 §3). */
  private void deny(ZoneSnapshot zone) {
    int apex = name.shown(zone.origin().wireLength());
    if (!records.all(Section.AUTHORITY, apex, zone.origin(), zone.negativeSoa())) {
      response.truncated();
    }
  }
}
