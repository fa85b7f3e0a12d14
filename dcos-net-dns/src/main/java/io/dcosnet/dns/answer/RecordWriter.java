// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.ResponseWriter.Section;
import io.dcosnet.dns.zone.Alias;
import io.dcosnet.dns.zone.ReadyAnswer;
import io.dcosnet.dns.zone.RecordSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of a response. Under an alias, names in data are written as the client knows
 * them too. <b>Confined to</b> one thread.
 */
final class RecordWriter {

  private final ResponseWriter response;
  private final RecordOrder order;
  private final RenamedData renamed = new RenamedData();
  private @Nullable Alias alias;

  RecordWriter(ResponseWriter response, RecordOrder order) {
    this.response = response;
    this.order = order;
  }

  /** Begins the records of a response whose question this alias covers. */
  void begin(@Nullable Alias ofQuestion) {
    alias = ofQuestion;
  }

  /** Notes the alias that covers a name further on the way; the first one stays in force. */
  void meet(@Nullable Alias further) {
    alias = alias == null ? further : alias;
  }

  /**
   * Writes a set in an order of its own; when it does not fit, as much as does, so that clients
   * which ignore TC still get something.
   *
   * @param owner offset of the name in the response
   * @return false when the response is truncated now
   */
  boolean answer(int owner, RecordSet set) {
    return answer(owner, DomainName.ROOT, set);
  }

  /**
   * As {@link #answer(int, RecordSet)} for an owner that may not be shown yet.
   *
   * @param owner offset of the name in the response, or {@link LookedUpName#NOT_SHOWN}
   * @param name the same name, used when it is not shown
   */
  boolean answer(int owner, DomainName name, RecordSet set) {
    int count = set.size();
    order.choose(count);
    for (int i = 0; i < count; i++) {
      if (!add(Section.ANSWER, owner, name, set, order.at(i))) {
        response.truncated();
        return false;
      }
    }
    return true;
  }

  /** True when sets of this type are written as they are. */
  boolean isPlain(int type) {
    return alias == null || !RenamedData.hasNames(type);
  }

  /**
   * As {@link #answer(int, RecordSet)} for what stands {@linkplain ReadyAnswer ready}, of a type
   * that is {@linkplain #isPlain plain}.
   */
  boolean answerReady(int owner, byte[] ready) {
    int count = ReadyAnswer.count(ready);
    int each = ReadyAnswer.each(ready);
    int first = ReadyAnswer.records(ready);
    order.choose(count);
    for (int i = 0; i < count; i++) {
      if (!response.addReady(owner, ready, first + order.at(i) * each, each)) {
        response.truncated();
        return false;
      }
    }
    return true;
  }

  private boolean add(Section section, int owner, DomainName name, RecordSet set, int index) {
    return owner == LookedUpName.NOT_SHOWN
        ? response.add(section, name, set, index)
        : add(section, owner, set, index);
  }

  /** Writes one record, false when it does not fit. */
  boolean add(Section section, int owner, RecordSet set, int index) {
    if (alias == null || !RenamedData.hasNames(set.type())) {
      return response.add(section, owner, set, index);
    }
    renamed.take(set, index, alias);
    return response.add(
        section, owner, set.type(), set.ttlSeconds(), renamed.octets(), renamed.length());
  }

  /**
   * Writes a whole set whose owner may not be shown yet, false when it does not fit.
   *
   * @param owner offset of the name in the response, or {@link LookedUpName#NOT_SHOWN}
   * @param name the same name, used when it is not shown
   */
  boolean all(Section section, int owner, DomainName name, RecordSet set) {
    for (int i = 0; i < set.size(); i++) {
      if (!add(section, owner, name, set, i)) {
        return false;
      }
    }
    return true;
  }
}
