// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.wire.BodyWriter;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this node has to pass on, each a limited number of times; rides on every datagram and in
 * rounds of its own.
 *
 * <p>A round follows soon after something new came, but never sooner after the round before than
 * the interval of gossip: what is rare travels fast, and what is frequent is gathered.
 */
final class Rumours {

  /** Most facts that wait. */
  static final int MOST_FACTS = 4096;

  /** Most other news that wait. */
  static final int MOST_NEWS = 1024;

  /** What facts may take of a body while other news wait, in percent. */
  private static final int SHARE_OF_FACTS = 70;

  /** A first round comes within this part of the interval. */
  private static final int PROMPTNESS = 10;

  /** Below, as with less than ten members, a node in fifty would miss each rumour. */
  private static final int LEAST_LOG = 2;

  /** Members up to which all facts are spread alike. */
  private static final int FEW = 100;

  private final Node node;
  private final RumourQueue facts = new RumourQueue(MOST_FACTS);
  private final RumourQueue news = new RumourQueue(MOST_NEWS);
  // A suspicion takes few accusers and ends with another fact, but not that of a stranger.
  private final Map<NodeId, Set<Accused>> voices =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Set<Accused>> eldest) {
          return size() > MOST_FACTS;
        }
      };
  private long number;
  private Host.@Nullable Timer round;
  private boolean hadRound;
  private long earliest;

  Rumours(Node node) {
    this.node = node;
    node.beliefMetrics.queues(facts, news);
  }

  /** What one accuser says of one life of a member: the word of each of them counts. */
  private record Accused(NodeId node, long epoch, long incarnation, NodeId accuser) {
    static Accused of(Fact.Suspect fact) {
      return new Accused(fact.node(), fact.epoch(), fact.incarnation(), fact.accuser());
    }

    boolean isOfLife(Accused other) {
      return epoch == other.epoch && incarnation == other.incarnation;
    }
  }

  /**
   * Queues a fact; a newer one about the same member replaces the older, but not what others accuse
   * it of in the same life: who saw a crash first would else never hear that somebody agrees.
   */
  void spread(Fact fact) {
    if (fact instanceof Fact.Suspect suspect) {
      Accused subject = Accused.of(suspect);
      Set<Accused> told = voices.get(fact.node());
      if (told == null || !told.iterator().next().isOfLife(subject)) {
        remove(fact.node());
        told = new LinkedHashSet<>(2);
        voices.put(fact.node(), told);
      }
      told.add(subject);
      add(facts, subject, fact, false);
      return;
    }
    remove(fact.node());
    boolean urgent = fact.state() == State.ALIVE && fact.node().equals(node.table.self().id());
    add(facts, fact.node(), fact, urgent);
  }

  /** Queues a fact that most others know already: it is sent as seldom as among few members. */
  void spreadSome(Fact fact) {
    int octets = node.courier.octets(fact);
    Rumour rumour = new Rumour(fact.node(), fact, false, octets, number++);
    // Among few it costs little, and who misses it would wait for repair.
    int few = node.table.living() < FEW ? limit() : node.settings.retransmitMult();
    // Behind what is new.
    rumour.sends = Math.max(0, limit() - few);
    rumour.mostSends = rumour.sends + few;
    add(facts, rumour);
  }

  /** Queues other news: events and key rings, of which the newest replaces the others. */
  void spread(Message news) {
    if (news instanceof Fact fact) {
      spread(fact);
    } else {
      Object subject = news instanceof Message.KeyRingState ? Message.KeyRingState.class : news;
      add(this.news, subject, news, false);
    }
  }

  private void add(RumourQueue queue, Object subject, Message message, boolean urgent) {
    add(queue, new Rumour(subject, message, urgent, node.courier.octets(message), number++));
  }

  private void add(RumourQueue queue, Rumour rumour) {
    if (rumour.octets < 0 || !queue.add(rumour)) {
      node.beliefMetrics.rumourLost();
    }
    roundLater();
  }

  /** Nothing more is to be told of a member. */
  void remove(NodeId id) {
    facts.remove(id);
    Set<Accused> told = voices.remove(id);
    if (told != null) {
      told.forEach(facts::remove);
    }
  }

  /**
   * Fills what is left of a body, the least sent first; facts take at most 70 % of it while other
   * news wait.
   */
  void fill(BodyWriter body) {
    facts.begin();
    news.begin();
    if (isEmpty()) {
      return;
    }
    int limit = limit();
    int added = 0;
    if (!news.isEmpty()) {
      int capacity = body.length() + body.free();
      int share = capacity - capacity * SHARE_OF_FACTS / 100;
      added += news.fill(body, Math.max(share, body.free() - facts.octets()), limit);
    }
    added += facts.fill(body, body.free(), limit);
    node.beliefMetrics.retransmitted(added);
    if (facts.hasUnsent() || news.hasUnsent()) {
      node.beliefMetrics.starved();
    }
  }

  /** The body that was filled last was refused by the system, so nobody has heard what it told. */
  void takeBack() {
    facts.takeBack();
    news.takeBack();
  }

  /** Whether nothing waits. */
  boolean isEmpty() {
    return facts.isEmpty() && news.isEmpty();
  }

  /**
   * How often each is sent: often enough to reach everybody, seen as an epidemic. Whoever was lost
   * lately counts too, since they get gossip and so take it from others; and of a few nodes each
   * has so few to tell it that one that was missed would hear of it by repair only.
   */
  private int limit() {
    int living = node.table.living();
    long members = (long) living + Math.min(living, node.table.count(State.DEAD));
    int log = LEAST_LOG;
    // The smallest with 10^log >= N + 1.
    for (long power = 100; power < members + 1; power *= 10) {
      log++;
    }
    return node.settings.retransmitMult() * log;
  }

  private void roundLater() {
    if (round != null) {
      return;
    }
    long soon = node.somewhereIn(node.settings.gossipInterval()) / PROMPTNESS;
    long wait = hadRound ? Math.max(soon, earliest - node.host.nanos()) : soon;
    round = node.host.schedule(wait, this::round);
  }

  private void round() {
    round = null;
    hadRound = true;
    earliest = node.host.nanos() + node.varied(node.settings.gossipInterval());
    List<MemberRecord> members =
        isEmpty() ? List.of() : node.table.pick(node.settings.gossipFanout(), this::getsGossip);
    for (MemberRecord member : members) {
      node.courier.send(member.address());
    }
    // Without anybody to tell there is nothing to wait for; who comes is news, and begins anew.
    if (!members.isEmpty() && !isEmpty()) {
      roundLater();
    }
  }

  private boolean getsGossip(MemberRecord member) {
    return member.isLiving()
        || (member.state() == State.DEAD && node.absences.isRecentlyDead(member.id()));
  }
}
