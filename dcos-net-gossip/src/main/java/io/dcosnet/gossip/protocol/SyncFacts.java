// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.SyncEntries;
import io.dcosnet.gossip.wire.Message.SyncEntries.Entry;
import io.dcosnet.gossip.wire.Message.SyncFetch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What two sides of an exchange tell each other.
 *
 * <p>Who is dead or has left is told only where the other side knows the member: what all have
 * forgotten must not come back from the one that forgets last. A suspect counts as alive, as in
 * {@link MemberDigest}.
 */
final class SyncFacts {

  // Below what fits into one message in the worst case.
  private static final int ENTRIES_OF_MESSAGE = 2500;
  private static final int IDS_OF_MESSAGE = 8000;

  private SyncFacts() {}

  /** Our own word on ourselves. */
  static Fact.Alive self(Node node) {
    MemberRecord self = node.table.self();
    return new Fact.Alive(self.id(), self.epoch(), self.incarnation(), self.profile());
  }

  /** All that we hold, in short. */
  static List<Message> entries(MemberTable table) {
    List<Message> messages = new ArrayList<>();
    List<Entry> chunk = new ArrayList<>();
    for (int i = 0; i < table.size(); i++) {
      MemberRecord member = table.at(i);
      chunk.add(
          new Entry(
              member.key().shortId(), member.epoch(), member.incarnation(), told(member.state())));
      if (chunk.size() == ENTRIES_OF_MESSAGE) {
        messages.add(new SyncEntries(chunk));
        chunk = new ArrayList<>();
      }
    }
    if (!chunk.isEmpty()) {
      messages.add(new SyncEntries(chunk));
    }
    return messages;
  }

  /** What the other side, that holds these, has not heard yet, and what we want of it. */
  static List<Message> differences(Node node, List<Entry> theirs, SyncLimits limits) {
    Map<Long, Entry> byShortId = new HashMap<>();
    for (Entry entry : theirs) {
      byShortId.put(entry.shortId(), entry);
    }
    List<Message> messages = new ArrayList<>();
    List<Long> wanted = new ArrayList<>();
    Set<Long> known = new HashSet<>();
    for (int i = 0; i < node.table.size(); i++) {
      MemberRecord member = node.table.at(i);
      long shortId = member.key().shortId();
      Entry entry = byShortId.get(shortId);
      if (entry == null) {
        if (member.isLiving()) {
          tell(node, member, messages);
        }
        continue;
      }
      known.add(shortId);
      int order =
          Fact.compare(
              member.epoch(),
              member.incarnation(),
              told(member.state()),
              entry.epoch(),
              entry.incarnation(),
              told(entry.state()));
      if (order > 0) {
        tell(node, member, messages);
      } else if (order < 0) {
        wanted.add(shortId);
      }
    }
    for (Entry entry : theirs) {
      if (told(entry.state()) == State.ALIVE
          && known.add(entry.shortId())
          && limits.admitUnknown()) {
        wanted.add(entry.shortId());
      }
    }
    for (int from = 0; from < wanted.size(); from += IDS_OF_MESSAGE) {
      messages.add(
          new SyncFetch(wanted.subList(from, Math.min(wanted.size(), from + IDS_OF_MESSAGE))));
    }
    return messages;
  }

  /** The facts about the members that the other side asks for. */
  static List<Message> of(Node node, Set<Long> wanted) {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < node.table.size(); i++) {
      MemberRecord member = node.table.at(i);
      if (wanted.contains(member.key().shortId())) {
        tell(node, member, messages);
      }
    }
    return messages;
  }

  private static void tell(Node node, MemberRecord member, List<Message> messages) {
    if (member.state() == State.SUSPECT) {
      // An accusation does not say who it is that is accused, and where.
      messages.add(
          new Fact.Alive(member.id(), member.epoch(), member.incarnation(), member.profile()));
    }
    messages.add(node.beliefs.factOf(member));
  }

  private static State told(State state) {
    return state == State.SUSPECT ? State.ALIVE : state;
  }
}
