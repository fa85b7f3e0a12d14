// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.ResponseWriter.Section;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.ZoneTable;
import java.util.IdentityHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answer that a zone gives: the records, that the name has none of this type, or that
 * the name does not exist. <b>Confined to</b> the thread of its {@link Responder}.
 */
final class ZoneAnswer {

  /** Octets of a record before its data, the owner being a pointer. */
  private static final int SHORTEST_RECORD = 12;

  private final ZoneTable zones;
  private final QueryReader query;
  private final ResponseWriter response;
  private final RandomGenerator random;
  private final boolean overUdp;

  /** Hosts whose addresses are in the response under way. */
  private final IdentityHashMap<ZoneNode, ZoneNode> seen = new IdentityHashMap<>();

  private int[] order = new int[64];

  ZoneAnswer(
      ZoneTable zones,
      QueryReader query,
      ResponseWriter response,
      RandomGenerator random,
      boolean overUdp) {
    this.zones = zones;
    this.query = query;
    this.response = response;
    this.random = random;
    this.overUdp = overUdp;
  }

  /** Writes all but the OPT record and tells the response code. */
  int write(ZoneSnapshot zone, byte[] message, int limit) {
    ZoneNode node = zone.find(message, query.nameStart(), query.nameLength());
    if (node == null && zone.isPartial()) {
      // A denial would be believed, and cached, although nobody knows yet.
      response.begin(query, limit, Rcode.SERVFAIL, ExtendedError.NOT_READY);
      return Rcode.SERVFAIL;
    }
    int rcode = node == null ? Rcode.NXDOMAIN : Rcode.NOERROR;
    response.begin(query, limit, rcode, ExtendedError.NONE);
    response.authoritative();
    boolean answered = node != null && writeSets(node);
    if (!answered) {
      deny(zone);
    }
    return rcode;
  }

  /** False when the name has nothing of what is asked. */
  private boolean writeSets(ZoneNode node) {
    if (query.type() == RecordType.ANY) {
      return writeAny(node);
    }
    // An IXFR over UDP asks for the newest SOA first (RFC 1995 §2).
    int wanted = query.type() == RecordType.IXFR ? RecordType.SOA : query.type();
    RecordSet set = node.set(wanted);
    if (set == null) {
      return false;
    }
    if (writeAnswer(set) && wanted == RecordType.SRV) {
      writeTargets(set.size());
    }
    return true;
  }

  /** RFC 8482: one set over UDP, everything over TCP. */
  private boolean writeAny(ZoneNode node) {
    if (node.isEmptyNonTerminal()) {
      return false;
    }
    if (overUdp) {
      writeAnswer(mostUseful(node));
      return true;
    }
    for (int i = 0; i < node.setCount(); i++) {
      if (!writeAnswer(node.setAt(i))) {
        return true; // says TC by now
      }
    }
    return true;
  }

  private static RecordSet mostUseful(ZoneNode node) {
    for (int type : new int[] {RecordType.A, RecordType.AAAA, RecordType.SRV}) {
      RecordSet set = node.set(type);
      if (set != null) {
        return set;
      }
    }
    return node.setAt(0);
  }

  /**
   * Writes a set in random order; when it does not fit, as much as does, so that clients which
   * ignore TC still get something.
   */
  private boolean writeAnswer(RecordSet set) {
    int count = set.size();
    shuffle(count);
    for (int i = 0; i < count; i++) {
      if (!response.add(Section.ANSWER, QueryReader.NAME_OFFSET, set, order[i])) {
        response.truncated();
        return false;
      }
    }
    return true;
  }

  private void shuffle(int count) {
    if (order.length < count) {
      order = new int[Math.max(count, order.length * 2)];
    }
    for (int i = 0; i < count; i++) {
      int other = i == 0 ? 0 : random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
  }

  /**
   * Adds the addresses of the hosts that the services run on, each host once, as far as they fit.
   * Targets are read where they stand in the response, so that no object is made of them.
   */
  private void writeTargets(int services) {
    seen.clear();
    byte[] octets = response.octets();
    int record = QueryReader.NAME_OFFSET + query.nameLength() + 4;
    for (int i = 0; i < services; i++) {
      int data = record + SHORTEST_RECORD;
      int dataLength = (octets[data - 2] & 0xff) << 8 | (octets[data - 1] & 0xff);
      int target = data + Rdata.SRV_TARGET_OFFSET;
      ZoneNode node = find(octets, target, dataLength - Rdata.SRV_TARGET_OFFSET);
      record = data + dataLength;
      if (node == null || seen.put(node, node) != null) {
        continue;
      }
      if (!writeAddresses(target, node)) {
        return;
      }
    }
  }

  private @Nullable ZoneNode find(byte[] octets, int name, int length) {
    Zone zone = zones.match(octets, name, length);
    ZoneSnapshot snapshot = zone == null ? null : zone.snapshot();
    return snapshot == null ? null : snapshot.find(octets, name, length);
  }

  /** False when there is no more room. */
  private boolean writeAddresses(int target, ZoneNode node) {
    return writeAdditional(target, node, RecordType.A)
        && writeAdditional(target, node, RecordType.AAAA);
  }

  /** Whole sets only (RFC 2181 §9). */
  private boolean writeAdditional(int target, ZoneNode node, int type) {
    RecordSet set = node.set(type);
    if (set == null) {
      return true;
    }
    int start = response.position();
    boolean reachable = ResponseWriter.isReachable(target);
    for (int i = 0; i < set.size(); i++) {
      boolean fits =
          reachable
              ? response.add(Section.ADDITIONAL, target, set, i)
              : response.add(Section.ADDITIONAL, node.name(), set, i);
      if (!fits) {
        response.rewind(start, Section.ADDITIONAL, i);
        return false;
      }
    }
    return true;
  }

  /** The SOA of the zone says how long the denial holds (RFC 2308 §3). */
  private void deny(ZoneSnapshot zone) {
    int apex =
        QueryReader.NAME_OFFSET + query.nameLength() - zone.origin().wireLength(); // ends alike
    if (!response.add(Section.AUTHORITY, apex, zone.negativeSoa(), 0)) {
      response.truncated();
    }
  }
}
