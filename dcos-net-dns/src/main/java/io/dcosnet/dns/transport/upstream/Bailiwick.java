// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.ResponseReader;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps those records of a response that belong to the question (RFC 5452 §6): from the answer the
 * name asked and the chain of CNAME and DNAME records that begins there, from the authority section
 * what names the zone of one of these names, from the rest only addresses of names that kept
 * records lead to. Signatures and proofs are kept for clients that want them. For all others an
 * answer stands alone: who serves its zone is of no use to them, and makes every response longer.
 *
 * <p><b>Confined to</b> one response.
 */
final class Bailiwick {

  /** Longer chains end early; whoever asks may go on from there. */
  static final int MAX_CHAIN = 16;

  private static final int TYPE_AFSDB = 18;
  private static final int TYPE_KX = 36;
  private static final int TYPE_NSEC3 = 50;
  private static final int TYPE_SVCB = 64;
  private static final int TYPE_HTTPS = 65;
  private static final int MAX_TEXT = 100;

  private final ResponseReader response;
  private final Query query;
  private final List<DomainName> chain = new ArrayList<>(2);
  private final List<ZoneRecord> answer = new ArrayList<>(4);
  private int leftOut;

  Bailiwick(ResponseReader response, Query query) {
    this.response = response;
    this.query = query;
  }

  /** The response without what does not belong to it. */
  Answer answer() {
    followChain();
    List<ZoneRecord> authority = authority();
    List<ZoneRecord> additional = additional(authority);
    int kept = answer.size() + authority.size() + additional.size();
    leftOut =
        response.answer().size()
            + response.authority().size()
            + response.additional().size()
            - kept;
    if (!query.dnssecOk() && isAnswered()) {
      authority = authority.stream().filter(record -> record.type() != RecordType.NS).toList();
      additional = additional(authority);
    }
    return new Answer(
        response.rcode(),
        answer,
        authority,
        additional,
        response.authoritative(),
        response.authenticData(),
        response.extendedError(),
        printable(response.extendedText()));
  }

  /** True when there is what was asked for, and not only what leads to where there is nothing. */
  private boolean isAnswered() {
    for (ZoneRecord record : answer) {
      if (record.type() == query.type() || query.type() == RecordType.ANY) {
        return true;
      }
    }
    return false;
  }

  /** How many records {@link #answer} did not keep because they do not belong to the question. */
  int leftOut() {
    return leftOut;
  }

  private void followChain() {
    @Nullable DomainName name = query.name();
    while (name != null && chain.size() < MAX_CHAIN && !chain.contains(name)) {
      chain.add(name);
      name = keepRecordsOf(name) ? null : keepAlias(name);
    }
  }

  /** False when there are none of the type that is asked for. */
  private boolean keepRecordsOf(DomainName name) {
    int before = answer.size();
    for (ZoneRecord record : response.answer()) {
      boolean wanted = query.type() == RecordType.ANY || record.type() == query.type();
      if (wanted && record.owner().equals(name)) {
        answer.add(record);
      }
    }
    boolean any = answer.size() > before;
    if (any && query.type() != RecordType.ANY) {
      keepSignatures(response.answer(), answer, name, query.type());
    }
    return any;
  }

  /** Gives the name that this one is an alias of; null when it is none. */
  private @Nullable DomainName keepAlias(DomainName name) {
    @Nullable ZoneRecord cname = null;
    @Nullable ZoneRecord dname = null;
    for (ZoneRecord record : response.answer()) {
      if (record.type() == RecordType.CNAME && cname == null && record.owner().equals(name)) {
        cname = record;
      } else if (record.type() == RecordType.DNAME
          && dname == null
          && name.isUnder(record.owner())
          && !name.equals(record.owner())) {
        dname = record;
      }
    }
    @Nullable DomainName target = null;
    if (dname != null) {
      keep(dname);
      target = renamed(name, dname);
    }
    if (cname != null) {
      keep(cname);
      target = nameIn(cname.data(), 0);
    }
    return target;
  }

  /** Two names of a chain may be below one DNAME record. */
  private void keep(ZoneRecord record) {
    if (!answer.contains(record)) {
      answer.add(record);
      keepSignatures(response.answer(), answer, record.owner(), record.type());
    }
  }

  /** The name with the end that the DNAME record replaces; null when that is too long. */
  private static @Nullable DomainName renamed(DomainName name, ZoneRecord dname) {
    DomainName target = nameIn(dname.data(), 0);
    int front = name.wireLength() - dname.owner().wireLength();
    int length = front + (target == null ? 0 : target.wireLength());
    if (target == null || length > DomainName.MAX_WIRE_OCTETS) {
      return null;
    }
    byte[] wire = new byte[length];
    System.arraycopy(name.toWire(), 0, wire, 0, front);
    target.copyTo(wire, front);
    return DomainName.ofWire(wire, 0, length);
  }

  private List<ZoneRecord> authority() {
    if (response.authority().isEmpty()) {
      return List.of();
    }
    List<ZoneRecord> kept = new ArrayList<>(4);
    for (ZoneRecord record : response.authority()) {
      boolean namesZone = record.type() == RecordType.SOA || record.type() == RecordType.NS;
      if (namesZone && isAboveChain(record.owner())) {
        kept.add(record);
      }
    }
    if (query.dnssecOk() && !kept.isEmpty()) {
      keepProofs(kept, kept.get(0).owner());
    }
    return kept;
  }

  private boolean isAboveChain(DomainName zone) {
    for (DomainName name : chain) {
      if (name.isUnder(zone)) {
        return true;
      }
    }
    return false;
  }

  private void keepProofs(List<ZoneRecord> kept, DomainName zone) {
    for (ZoneRecord record : response.authority()) {
      boolean proof =
          switch (record.type()) {
            case RecordType.RRSIG, RecordType.NSEC, TYPE_NSEC3, RecordType.DS -> true;
            default -> false;
          };
      if (proof && record.owner().isUnder(zone)) {
        kept.add(record);
      }
    }
  }

  private List<ZoneRecord> additional(List<ZoneRecord> authority) {
    if (response.additional().isEmpty()) {
      return List.of();
    }
    Set<DomainName> targets = new HashSet<>();
    answer.forEach(record -> addTarget(record, targets));
    authority.forEach(record -> addTarget(record, targets));
    List<ZoneRecord> kept = new ArrayList<>(4);
    for (ZoneRecord record : response.additional()) {
      boolean address = record.type() == RecordType.A || record.type() == RecordType.AAAA;
      boolean signature = query.dnssecOk() && record.type() == RecordType.RRSIG;
      if ((address || signature) && targets.contains(record.owner())) {
        kept.add(record);
      }
    }
    return kept;
  }

  private static void addTarget(ZoneRecord record, Set<DomainName> targets) {
    int at =
        switch (record.type()) {
          case RecordType.NS -> 0;
          case RecordType.MX, TYPE_AFSDB, TYPE_KX, TYPE_SVCB, TYPE_HTTPS -> 2;
          case RecordType.SRV -> 6;
          default -> -1;
        };
    DomainName target = at < 0 ? null : nameIn(record.data(), at);
    if (target != null) {
      targets.add(target.isRoot() ? record.owner() : target); // RFC 9460 §2.5: the owner itself
    }
  }

  private void keepSignatures(
      List<ZoneRecord> from, List<ZoneRecord> kept, DomainName owner, int covered) {
    if (!query.dnssecOk() || covered == RecordType.RRSIG) {
      return;
    }
    for (ZoneRecord record : from) {
      if (record.type() == RecordType.RRSIG && record.owner().equals(owner)) {
        byte[] data = record.data();
        if (data.length > 2 && ((data[0] & 0xff) << 8 | (data[1] & 0xff)) == covered) {
          kept.add(record);
        }
      }
    }
  }

  /** The uncompressed name at this place; null when there is none, as types are not all checked. */
  private static @Nullable DomainName nameIn(byte[] data, int offset) {
    int at = offset;
    while (at < data.length && data[at] > 0) {
      at += data[at] + 1;
    }
    int length = at + 1 - offset;
    boolean complete = at < data.length && data[at] == 0;
    return complete && length <= DomainName.MAX_WIRE_OCTETS
        ? DomainName.ofWire(data, offset, length)
        : null;
  }

  /** It goes to logs and to clients, so it has no lines and no end that never comes. */
  private static String printable(String text) {
    if (text.isEmpty()) {
      return text;
    }
    String start = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    return start.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
