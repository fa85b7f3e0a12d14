// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Accusation;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.member.Profile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A member with the evidence against it. <b>Immutable.</b>
 *
 * @param accusations who says that it is gone, best evidence first
 * @param impaired whether this node reaches it only through others
 * @param proven false while it was only heard of
 */
public record Seen(
    Member member,
    Profile profile,
    List<Accusation> accusations,
    boolean impaired,
    boolean proven) {

  public Seen {
    accusations = List.copyOf(accusations);
  }

  /** Whether traffic may go there: alive, or suspect on the word of one who got no answer. */
  public boolean isRoutable() {
    return proven && (member.state() == State.ALIVE || isDoubtful());
  }

  private boolean isDoubtful() {
    return member.state() == State.SUSPECT
        && accusations.size() < 2
        && accusations.stream().allMatch(accusation -> accusation.grade() == Grade.PROBE);
  }

  Seen impaired(boolean value) {
    return new Seen(member, profile, accusations, value, proven);
  }

  Seen shown(String name, boolean nowProven) {
    if (name.equals(member.metadata().get(Metadata.NAME))) {
      return new Seen(member, profile, accusations, impaired, nowProven);
    }
    Map<String, String> metadata = new HashMap<>(member.metadata());
    metadata.put(Metadata.NAME, name);
    Member renamed =
        new Member(member.id(), member.endpoint(), member.state(), member.since(), metadata);
    return new Seen(renamed, profile, accusations, impaired, nowProven);
  }
}
