// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.store.StoreState.Outcome;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * Some stores that write, tell each other late, twice, in the wrong order or not at all, exchange
 * until the link breaks, and lose the end of their logs; next to each what the {@link Oracle} says
 * that it must hold.
 */
final class StoreHistory {

  /** A delta on its way, with the writes it stands for. */
  private record Message(Delta delta, BitSet writes) {}

  /** What a node holds, and what of it its clock has. */
  private record Views(BitSet held, BitSet claimed, boolean isFounded) {}

  /** What one node has on disk: a snapshot and records behind it, and the views after each. */
  private static final class Disk {
    private Bytes snapshot = Bytes.EMPTY;
    private final List<Bytes> records = new ArrayList<>();

    /** After the snapshot, and after each record. */
    private final List<Views> views = new ArrayList<>();

    /** So many records cannot be lost any more. */
    private int safe;

    private void add(Bytes record, Views after) {
      records.add(record);
      views.add(after);
    }

    private void cut(int count) {
      records.subList(count, records.size()).clear();
      views.subList(count + 1, views.size()).clear();
      safe = count;
    }
  }

  private static final class Node {
    private final NodeId id;
    private final long skew;
    private StoreState state;
    private Hlc hlc = new Hlc();
    private BitSet view = new BitSet();
    private final Disk disk = new Disk();

    /** Whether it has had all of another's data once; before, it takes no deltas. */
    private boolean isFounded;

    private final Map<String, Message> lastMessages = new HashMap<>();

    private Node(int number, long skew, boolean isFounded) {
      this.id = new NodeId(new UUID(7, number));
      this.skew = skew;
      this.isFounded = isFounded;
      this.state = new StoreState(new ReplicaId(id, 1), StoreLimits.USUAL);
      disk.views.add(new Views(new BitSet(), new BitSet(), isFounded));
    }
  }

  /** One way of an exchange that is under way. */
  private static final class Exchange {
    private final Node to;
    private final Node from;
    private final DotClock clock;
    private final BitSet view;
    private final Iterator<String> keys;

    private Exchange(Node to, Node from) {
      this.to = to;
      this.from = from;
      this.clock = from.state.clock().copy();
      this.view = (BitSet) from.view.clone();
      this.keys = from.state.missing(to.state.asked());
    }
  }

  private final Random random;
  private final Oracle oracle = new Oracle();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Message> messages = new ArrayList<>();
  private final List<Exchange> exchanges = new ArrayList<>();
  private long now = 1;
  private long stable;

  StoreHistory(long seed, int count) {
    random = new Random(seed);
    for (int i = 0; i < count; i++) {
      join(true);
    }
  }

  private void join(boolean isFounded) {
    nodes.add(new Node(nodes.size() + 1, random.nextInt(20), isFounded));
    // Its clock is not so far behind that it would write before what is known to be everywhere.
    observe(nodes.get(nodes.size() - 1), stable);
  }

  private Node anyNode() {
    return nodes.get(random.nextInt(nodes.size()));
  }

  /** Something happens. */
  void step() {
    now += random.nextInt(3);
    int choice = random.nextInt(100);
    if (choice < 30) {
      write(anyNode());
    } else if (choice < 60) {
      deliver(anyNode());
    } else if (choice < 64) {
      begin(anyNode(), anyNode());
    } else if (choice < 80) {
      goOn();
    } else if (choice < 86) {
      Node node = anyNode();
      node.disk.safe = node.disk.records.size();
    } else if (choice < 94) {
      strip(anyNode());
    } else if (choice < 96) {
      snapshot(anyNode());
    } else if (choice < 99) {
      restart(anyNode());
    } else if (nodes.size() < 5) {
      join(false);
    }
  }

  private void write(Node node) {
    String key = SampleOps.KEYS.get(random.nextInt(SampleOps.KEYS.size()));
    if (!node.isFounded && !oracle.ofKey(node.view, key).isEmpty()) {
      return;
    }
    List<CrdtOp> ops = SampleOps.any(key, random);
    long time = node.hlc.next(now + node.skew);
    Delta delta = node.state.update(key, ops, time);
    BitSet writes = oracle.wrote(node.view, key, ops, delta);
    node.view.or(writes);
    keep(node, StoreRecord.of(delta));
    Message message = new Message(delta, writes);
    Message last = node.lastMessages.get(key);
    if (last != null && random.nextInt(3) == 0) {
      BitSet both = (BitSet) last.writes.clone();
      both.or(writes);
      message = new Message(last.delta.then(delta), both);
    }
    node.lastMessages.put(key, message);
    messages.add(message);
    check(node, key);
  }

  private void deliver(Node node) {
    if (messages.isEmpty() || !node.isFounded) {
      return;
    }
    int newest = Math.max(0, messages.size() - 12);
    int number =
        random.nextInt(4) == 0
            ? random.nextInt(messages.size())
            : newest + random.nextInt(messages.size() - newest);
    Message message = messages.get(number);
    BitSet past = new BitSet();
    message.writes.stream().forEach(write -> past.or(oracle.writes.get(write).past()));
    past.andNot(message.writes);
    // Writes that came to nobody whole may be known to be gone, or be waited for in vain.
    BitSet stillThere = claimed();
    stillThere.and(past);
    List<Outcome> expected = new ArrayList<>();
    if (isWithin(message.writes, node.view)) {
      expected.add(Outcome.KNOWN);
    } else {
      if (isWithin(stillThere, node.view)) {
        expected.add(Outcome.TAKEN);
      }
      if (!isWithin(past, node.view)) {
        expected.add(Outcome.EARLY);
      }
    }
    Outcome outcome = node.state.take(StoreCodec.decodeDelta(StoreCodec.encode(message.delta)));
    assertThat(outcome).as("%s at %s", message.delta, node.id).isIn(expected);
    if (outcome == Outcome.TAKEN) {
      node.hlc.observe(message.delta.last().time(), now, Long.MAX_VALUE >> 16);
      node.view.or(message.writes);
      keep(node, StoreRecord.of(message.delta));
    }
    check(node, message.delta.key());
    if (random.nextInt(3) == 0) {
      messages.remove(number);
    }
  }

  private void keep(Node node, Bytes record) {
    node.disk.add(record, views(node));
  }

  private Views views(Node node) {
    return new Views((BitSet) node.view.clone(), claimed(node), node.isFounded);
  }

  /** The writes that the clock of a node has. */
  private BitSet claimed(Node node) {
    BitSet claimed = new BitSet();
    node.view.stream()
        .filter(number -> node.state.clock().has(oracle.writes.get(number).dot()))
        .forEach(claimed::set);
    return claimed;
  }

  /** The writes that any clock has: the others came to nobody whole, and never will. */
  private BitSet claimed() {
    BitSet claimed = new BitSet();
    nodes.forEach(node -> claimed.or(claimed(node)));
    return claimed;
  }

  private static boolean isWithin(BitSet part, BitSet all) {
    BitSet rest = (BitSet) part.clone();
    rest.andNot(all);
    return rest.isEmpty();
  }

  private void begin(Node to, Node from) {
    if (to != from && from.isFounded) {
      exchanges.add(new Exchange(to, from));
    }
  }

  private void goOn() {
    if (exchanges.isEmpty()) {
      return;
    }
    Exchange exchange = exchanges.get(random.nextInt(exchanges.size()));
    for (int i = random.nextInt(6); i >= 0; i--) {
      if (advance(exchange)) {
        exchanges.remove(exchange);
        return;
      }
    }
    if (random.nextInt(6) == 0) {
      exchanges.remove(exchange); // the link breaks
    }
  }

  /** One frame of an exchange; true when it was the last. */
  private boolean advance(Exchange exchange) {
    Node to = exchange.to;
    if (exchange.keys.hasNext()) {
      String key = exchange.keys.next();
      Bytes octets = StoreCodec.encode(new KeyState(key, exchange.from.state.cell(key)));
      KeyState sent = StoreCodec.decodeKeyState(octets);
      boolean isChanged = to.state.join(sent, exchange.from.state.clock());
      sent.cell().latest().values().forEach(last -> observe(to, last.time()));
      // Of what the other side has forgotten that it came about, we hear nothing.
      Seen seen = dot -> to.state.cell(key).hasSeen(dot, to.state.clock());
      oracle.ofKey(exchange.from.view, key).stream()
          .filter(number -> seen.has(oracle.writes.get(number).dot()))
          .forEach(to.view::set);
      if (isChanged) {
        keep(to, StoreRecord.joined(new KeyState(key, to.state.cell(key))));
      }
      check(to, key);
      return false;
    }
    DotClock counted = to.state.caughtUp(exchange.clock);
    to.view.or(exchange.view);
    to.isFounded = true;
    keep(to, StoreRecord.caughtUp(counted));
    check(to);
    return true;
  }

  private static void observe(Node node, long time) {
    node.hlc.observe(time, 0, Long.MAX_VALUE >> 16);
  }

  /** All nodes have on disk all that was written up to a time, and will write nothing before it. */
  private void strip(Node node) {
    long safe = Long.MAX_VALUE;
    BitSet all = claimed();
    for (Node one : nodes) {
      safe = Math.min(safe, Hlc.at(now + one.skew) - 1);
      BitSet lacks = (BitSet) all.clone();
      lacks.andNot(one.disk.views.get(one.disk.safe).claimed);
      for (int write = lacks.nextSetBit(0); write >= 0; write = lacks.nextSetBit(write + 1)) {
        safe = Math.min(safe, oracle.writes.get(write).stamp().time() - 1);
      }
    }
    stable = Math.max(stable, safe);
    node.state.strip(stable);
    keep(node, StoreRecord.stripped(stable));
    check(node);
    assertThat(node.state.oldestUnstable() == 0 || node.state.oldestUnstable() > stable).isTrue();
  }

  private void snapshot(Node node) {
    node.disk.snapshot = node.state.image().encode();
    node.disk.records.clear();
    node.disk.views.clear();
    node.disk.views.add(views(node));
    node.disk.safe = 0;
  }

  /** A node begins anew with what its disk has; the end of the log may be gone. */
  private void restart(Node node) {
    exchanges.removeIf(exchange -> exchange.to == node || exchange.from == node);
    Disk disk = node.disk;
    int kept = disk.safe + random.nextInt(disk.records.size() - disk.safe + 1);
    boolean isCut = kept < disk.records.size();
    BitSet before = node.view;
    disk.cut(kept);
    node.view = (BitSet) disk.views.get(kept).held.clone();
    node.isFounded = disk.views.get(kept).isFounded;
    ReplicaId old = node.state.self();
    ReplicaId self = isCut ? new ReplicaId(old.node(), old.generation() + 1) : old;
    node.state = StoreState.load(self, StoreLimits.USUAL, disk.snapshot, disk.records);
    node.hlc = new Hlc();
    observe(node, node.state.lastTime());
    node.lastMessages.clear();
    // A write that nobody has any more was never told: it was not safe.
    BitSet lost = (BitSet) before.clone();
    lost.andNot(claimed());
    messages.removeIf(message -> message.writes.intersects(lost));
    check(node);
  }

  private void check(Node node) {
    SampleOps.KEYS.forEach(key -> check(node, key));
  }

  private void check(Node node, String key) {
    if (!node.isFounded) {
      // It may hold what was done away with by writes that it knows nothing of yet.
      return;
    }
    assertThat(node.state.cell(key).live().keySet())
        .as("%s at %s", key, node.id)
        .containsExactlyInAnyOrderElementsOf(oracle.live(node.view, key));
  }

  /** All exchange with all, as often as it takes; then all must be alike and nothing be missing. */
  void heal() {
    exchanges.clear();
    for (int round = 0; round < 2; round++) {
      for (Node to : nodes) {
        for (Node from : nodes) {
          if (to != from && from.isFounded) {
            Exchange exchange = new Exchange(to, from);
            boolean isDone = false;
            while (!isDone) {
              isDone = advance(exchange);
            }
          }
        }
      }
    }
    Node first = nodes.get(0);
    for (Node node : nodes) {
      check(node);
      assertThat(node.view).isEqualTo(first.view);
      assertThat(node.state.clock()).isEqualTo(first.state.clock());
      assertThat(node.state.liveDigest()).isEqualTo(first.state.liveDigest());
      assertThat(node.state.missing(first.state.clock()).hasNext()).isFalse();
      for (String key : SampleOps.KEYS) {
        assertThat(node.state.cell(key).value()).isEqualTo(first.state.cell(key).value());
      }
      node.disk.safe = node.disk.records.size();
    }
    now += 100;
    nodes.forEach(this::strip);
    for (Node node : nodes) {
      assertThat(node.state.ghosts()).isZero();
      assertThat(node.state.oldestUnstable()).isZero();
    }
  }
}
