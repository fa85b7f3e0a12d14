// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;

/**
 * A snapshot of a zone as messages of a transfer (RFC 5936 §2.2): SOA, all other records, SOA.
 *
 * <p>Each message repeats the question, and owners point into it for the zone's part of their name
 * if that has the very same octets: RFC 5936 §3.4 wants the case of names kept. Names in data are
 * not compressed.
 *
 * <p><b>Confined to</b> one thread.
 */
final class ZoneMessages implements TransferService.Responses {

  /** Soft limit: pointers reach this far, and a slow reader makes us hold no more. */
  private static final int ENOUGH_OCTETS = 0x3fff;

  private static final int MAX_OCTETS = 65_535;
  private static final int HEADER_OCTETS = 12;
  private static final int RECORD_OCTETS = 10;
  private static final int POINTER = 0xc000;

  private enum Stage {
    HEAD,
    BODY,
    TAIL,
    OVER
  }

  private final byte[] out = new byte[MAX_OCTETS];
  private final ZoneSnapshot zone;
  private final byte[] head;
  private final Signing signing;
  private final Runnable closed;
  private final int suffixPointer;
  private final ZoneNode apex;
  private final RecordSet soa;

  private final Iterator<ZoneNode> nodes;
  private Iterator<RecordSet> sets = Collections.emptyIterator();
  private ZoneNode node;
  private RecordSet set;
  private int index;
  private Stage stage = Stage.HEAD;
  private boolean ended;

  private int at;
  private int answers;
  private int ownerAt; // where the owner of the present node stands in this message, 0 if nowhere

  /**
   * Messages for one transfer.
   *
   * @param head header and question of every message, counts of records zero
   * @param closed called once, at the end
   */
  ZoneMessages(ZoneSnapshot zone, byte[] head, Signing signing, Runnable closed) {
    this.zone = zone;
    this.head = head;
    this.signing = signing;
    this.closed = closed;
    this.nodes = zone.nodes();
    this.apex = requireNonNull(zone.find(zone.origin()));
    this.soa = requireNonNull(apex.set(RecordType.SOA));
    this.node = apex;
    this.set = soa;
    byte[] origin = zone.origin().toWire();
    boolean same =
        Arrays.equals(origin, 0, origin.length, head, HEADER_OCTETS, HEADER_OCTETS + origin.length);
    suffixPointer = same ? HEADER_OCTETS : 0;
  }

  @Override
  public int next() {
    if (stage == Stage.OVER) {
      return 0;
    }
    System.arraycopy(head, 0, out, 0, head.length);
    at = head.length;
    answers = 0;
    ownerAt = 0;
    while (at < ENOUGH_OCTETS && stage != Stage.OVER && add()) {
      advance();
    }
    if (answers == 0) {
      throw new DcosNetException(
          "transfer of "
              + zone.origin()
              + ": a record of "
              + node.name()
              + " fits into no message (expected: less than 64 KiB with its owner)");
    }
    put16(6, answers);
    at = signing.sign(out, at);
    if (stage == Stage.OVER) {
      close();
    }
    return at;
  }

  /** False when the record does not fit any more. */
  private boolean add() {
    int start = at;
    int data = set.dataLength(index);
    int most = node.name().wireLength() + RECORD_OCTETS + data;
    if (at + most + signing.octets() > MAX_OCTETS) {
      return false;
    }
    addOwner(node.name());
    put16(at, set.type());
    put16(at + 2, 1);
    put16(at + 4, set.ttlSeconds() >>> 16);
    put16(at + 6, set.ttlSeconds());
    put16(at + 8, data);
    set.copyData(index, out, at + RECORD_OCTETS);
    at += RECORD_OCTETS + data;
    answers++;
    ownerAt = ownerAt == 0 ? start : ownerAt;
    return true;
  }

  private void addOwner(DomainName name) {
    if (ownerAt != 0) {
      put16(at, POINTER | ownerAt);
      at += 2;
      return;
    }
    name.copyTo(out, at);
    int length = name.wireLength();
    int own = length - zone.origin().wireLength();
    boolean pointing =
        suffixPointer != 0
            && Arrays.equals(
                out, at + own, at + length, head, suffixPointer, suffixPointer + length - own);
    if (pointing) {
      put16(at + own, POINTER | suffixPointer);
      length = own + 2;
    }
    at += length;
  }

  private void advance() {
    switch (stage) {
      case HEAD -> {
        stage = Stage.BODY;
        nextSet();
      }
      case BODY -> {
        if (++index == set.size()) {
          nextSet();
        }
      }
      case TAIL, OVER -> stage = Stage.OVER;
    }
  }

  private void nextSet() {
    index = 0;
    while (true) {
      while (sets.hasNext()) {
        set = sets.next();
        if (set.type() != RecordType.SOA) {
          return;
        }
      }
      ownerAt = 0;
      if (!nodes.hasNext()) {
        stage = Stage.TAIL;
        node = apex;
        set = soa;
        return;
      }
      node = nodes.next();
      sets = node.sets().iterator();
    }
  }

  @Override
  public byte[] octets() {
    return out;
  }

  @Override
  public void close() {
    stage = Stage.OVER;
    if (!ended) {
      ended = true;
      closed.run();
    }
  }

  private void put16(int index, int value) {
    out[index] = (byte) (value >>> 8);
    out[index + 1] = (byte) value;
  }
}
