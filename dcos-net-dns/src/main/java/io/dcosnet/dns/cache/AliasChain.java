// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The way from the name asked to the one that has the records, over the CNAME and DNAME records of
 * an answer. What is not on it does not belong to the answer (RFC 5452 §6). <b>Immutable.</b>
 */
final class AliasChain {

  private static final int MAX_LINKS = 16;

  private final int type;
  private final List<ZoneRecord> answer;
  private final Set<DomainName> names = new LinkedHashSet<>();
  private final DomainName end;

  private AliasChain(DomainName asked, int type, List<ZoneRecord> answer) {
    this.type = type;
    this.answer = answer;
    DomainName current = asked;
    DomainName next = asked;
    while (next != null && names.size() <= MAX_LINKS && names.add(next)) {
      current = next;
      next = type == RecordType.CNAME ? null : target(current);
    }
    end = current;
  }

  static AliasChain of(DomainName asked, int type, List<ZoneRecord> answer) {
    return new AliasChain(asked, type, answer);
  }

  private @Nullable DomainName target(DomainName owner) {
    for (ZoneRecord one : answer) {
      if (one.type() == RecordType.CNAME && one.owner().equals(owner)) {
        byte[] data = one.data();
        return DomainName.ofWire(data, 0, data.length);
      }
    }
    return null;
  }

  /** The name that the records asked for belong to. */
  DomainName end() {
    return end;
  }

  /** True when the name asked leads to another one. */
  boolean leadsOn() {
    return names.size() > 1;
  }

  /** True when a name that it leads to is one of these. */
  boolean leadsTo(Predicate<DomainName> some) {
    return names.stream().skip(1).anyMatch(some);
  }

  /** True when there are records of the type asked for. */
  boolean isAnswered() {
    return answer.stream().anyMatch(one -> one.type() == type && one.owner().equals(end));
  }

  /** The records that belong to it, in its order and each once. */
  List<ZoneRecord> records() {
    Set<ZoneRecord> kept = new LinkedHashSet<>();
    for (DomainName name : names) {
      for (ZoneRecord one : answer) {
        if (redirects(one, name)) {
          kept.add(one);
        }
      }
      for (ZoneRecord one : answer) {
        if (one.owner().equals(name) && belongs(one)) {
          kept.add(one);
        }
      }
    }
    return new ArrayList<>(kept);
  }

  private boolean belongs(ZoneRecord one) {
    if (one.type() == type) {
      return one.owner().equals(end);
    }
    return one.type() == RecordType.CNAME || one.type() == RecordType.RRSIG;
  }

  private static boolean redirects(ZoneRecord one, DomainName name) {
    return covers(one) == RecordType.DNAME
        && name.isUnder(one.owner())
        && !name.equals(one.owner());
  }

  /** The type, for a signature that of what it signs. */
  private static int covers(ZoneRecord one) {
    if (one.type() != RecordType.RRSIG) {
      return one.type();
    }
    byte[] data = one.data();
    return data.length < 2 ? one.type() : (data[0] & 0xff) << 8 | (data[1] & 0xff);
  }
}
