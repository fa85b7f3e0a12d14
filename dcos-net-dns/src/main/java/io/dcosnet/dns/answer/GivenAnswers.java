// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What others told about names on the way of one query: the name asked for, or those that CNAME
 * records lead to. <b>Immutable.</b>
 */
final class GivenAnswers {

  /** Nobody was asked yet. */
  static final GivenAnswers NONE = new GivenAnswers(List.of());

  private final List<Given> all;

  private record Given(DomainName name, Answer answer) {}

  private GivenAnswers(List<Given> all) {
    this.all = all;
  }

  GivenAnswers with(DomainName name, Answer answer) {
    List<Given> more = new ArrayList<>(all);
    more.add(new Given(name, answer));
    return new GivenAnswers(more);
  }

  /** What was told about the name in these octets, null when nobody was asked. */
  @Nullable Answer find(byte[] octets, int offset, int length) {
    for (int i = 0; i < all.size(); i++) { // an iterator would be an object for each query
      if (all.get(i).name().isWire(octets, offset, length)) {
        return all.get(i).answer();
      }
    }
    return null;
  }
}
