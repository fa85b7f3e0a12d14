// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Accusation;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.member.Profile;
import java.util.List;

/**
 * A member with the evidence against it. <b>Immutable.</b>
 *
 * @param accusations who says that it is gone, best evidence first
 * @param impaired whether this node reaches it only through others
 */
public record Seen(
    Member member, Profile profile, List<Accusation> accusations, boolean impaired) {

  public Seen {
    accusations = List.copyOf(accusations);
  }

  /** Whether traffic may go there: alive, or suspect on the word of one accuser that had no answer. */
  public boolean isRoutable() {
    return member.state() == State.ALIVE
        || (member.state() == State.SUSPECT
            && accusations.size() < 2
            && accusations.stream().allMatch(accusation -> accusation.grade() == Grade.PROBE));
  }

  Seen impaired(boolean value) {
    return new Seen(member, profile, accusations, value);
  }
}
