// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.key.KeyState;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.member.ProtocolRange;
import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.replica.ReplicaSetup;
import io.dcosnet.gossip.replica.StoreLog;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.StoreLimits;
import io.dcosnet.gossip.store.StoreState;
import io.dcosnet.gossip.wire.BodyWriter;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.ShortId;
import io.dcosnet.testkit.RecordingMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A core on a {@link StreamNetwork}, with its host. */
final class StreamNode implements Host {

  /** The other end of a link. */
  private record End(StreamNode node, int link) {}

  private static final HostPort TELLER = HostPort.parse("203.0.113.99:7950");

  final HostPort address;
  final List<GossipEvent> events = new ArrayList<>();

  /** Links that the core closed. */
  final List<Integer> closed = new ArrayList<>();

  final RecordingMetrics metrics = new RecordingMetrics();
  List<HostPort> seeds;
  List<KeptMember> kept = List.of();
  ProtocolRange protocol = ProtocolRange.OURS;
  NodeId id;

  /** Octets of datagrams and frames with all headers, as they are on the wire. */
  long octets;

  int datagrams;
  @Nullable GossipCore core;

  private final StreamNetwork network;
  private final SplittableRandom random;
  private final Map<Integer, End> links = new LinkedHashMap<>();
  private int lastLink;
  private long epoch = 1_700_000_000_000L;
  private int life;

  /** Whether it takes nothing and sends nothing, its process being stopped or its host cut off. */
  boolean silent;

  StreamNode(StreamNetwork network, HostPort address, int number, List<HostPort> seeds) {
    this.network = network;
    this.address = address;
    this.random = new SplittableRandom(number);
    this.id = NodeId.random(random);
    this.seeds = seeds;
  }

  void start() {
    epoch++;
    life++;
    core =
        new GossipCore(
            new CoreSetup(
                network.settings,
                id,
                epoch,
                new Profile(
                    "node-" + ShortId.text(ShortId.of(id)),
                    List.of(address),
                    Bytes.EMPTY,
                    protocol),
                kept,
                true,
                MemberPool.plain(),
                KeyState.none(),
                network.stores ? store() : null,
                metrics),
            this);
    core.start();
  }

  private ReplicaSetup store() {
    StoreState state = new StoreState(new ReplicaId(id, life), StoreLimits.USUAL);
    return new ReplicaSetup(StoreSettings.lan(), state, StoreLog.none(), metrics);
  }

  /** Its replica of the store. */
  Replica replica() {
    Replica replica = core().replica();
    if (replica == null) {
      throw new AssertionError(address + " has no store");
    }
    return replica;
  }

  /** Lets it hear facts by gossip. */
  void hear(Fact... facts) {
    for (Fact fact : facts) {
      BodyWriter body = new BodyWriter(1400);
      if (!body.add(fact)) {
        throw new AssertionError("too long: " + fact);
      }
      core().received(TELLER, 1, body.octets(), 0, body.length());
    }
  }

  GossipCore core() {
    if (core == null) {
      throw new AssertionError(address + " does not run");
    }
    return core;
  }

  /** A further stream of the rings from another node, of which nothing more is heard. */
  void extraRingLink(StreamNode from) {
    int link = ++lastLink;
    core().accepted(link, new LinkPeer(ShortId.of(from.id), from.epoch, from.address));
    BodyWriter body = new BodyWriter(100);
    body.add(new Message.RingHello(from.id, from.epoch));
    core().frame(link, body.octets(), 0, body.length());
  }

  /** Ends the process; its host lives on and resets its streams. */
  void kill() {
    core = null;
    life++;
    for (End end : List.copyOf(links.values())) {
      end.node.lose(end.link, this, LinkEnd.RESET);
    }
    links.clear();
  }

  /** Cuts all its streams, though both sides live. */
  void cutLinks() {
    for (Map.Entry<Integer, End> entry : List.copyOf(links.entrySet())) {
      cut(entry.getKey());
    }
  }

  private void cut(int link) {
    End end = links.remove(link);
    if (end != null) {
      end.node.links.remove(end.link);
      GossipCore here = core;
      later(this, here, () -> core().closed(link, LinkEnd.RESET));
      later(end.node, end.node.core, () -> end.node.core().closed(end.link, LinkEnd.RESET));
    }
  }

  int openLinks() {
    return links.size();
  }

  /** Members that it believes to be alive, itself too. */
  int alive() {
    if (core == null || core.size() == 1) {
      return core == null ? 0 : 1;
    }
    return (int) core.members().stream().filter(m -> m.state() == State.ALIVE).count();
  }

  @Nullable State sees(StreamNode other) {
    MemberRecord member = core().member(other.id);
    return member == null ? null : member.state();
  }

  private boolean reaches(HostPort to) {
    StreamNode other = network.nodes.get(to);
    return other != null && !silent && !other.silent && network.passes.test(address, to);
  }

  private void later(StreamNode node, @Nullable GossipCore of, Runnable work) {
    network.after(
        StreamNetwork.STEP,
        () -> {
          if (of != null && of == node.core) {
            work.run();
          }
        });
  }

  @Override
  public long nanos() {
    return network.time.nanos();
  }

  @Override
  public long wallMillis() {
    return network.time.wallMillis();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public Timer schedule(long delayNanos, Runnable work) {
    int now = life;
    var timer =
        network.time.schedule(
            Duration.ofNanos(delayNanos),
            () -> {
              if (life == now) {
                work.run();
              }
            });
    return timer::cancel;
  }

  @Override
  public boolean send(HostPort to, byte[] body, int length) {
    octets += length + 48 + 28;
    datagrams++;
    if (network.datagrams && reaches(to)) {
      byte[] copy = Arrays.copyOf(body, length);
      long sender = ShortId.of(id);
      network.after(
          StreamNetwork.STEP,
          () -> {
            StreamNode other = network.nodes.get(to);
            if (other != null && other.core != null && !other.silent && other != network.deaf) {
              other.core.received(address, sender, copy, 0, copy.length);
            }
          });
    }
    return true;
  }

  @Override
  public int open(HostPort to) {
    int link = ++lastLink;
    network.opens++;
    // Three segments of the handshake and two hellos.
    octets += 3 * 40 + 2 * (48 + 40);
    GossipCore here = core;
    if (!reaches(to)) {
      network.after(
          network.settings.streamTimeout(),
          () -> {
            if (here != null && here == core) {
              here.closed(link, LinkEnd.TIMEOUT);
            }
          });
      return link;
    }
    network.after(StreamNetwork.STEP, () -> reached(to, link, here));
    return link;
  }

  private void reached(HostPort to, int link, @Nullable GossipCore here) {
    StreamNode other = network.nodes.get(to);
    if (here == null || here != core || other == null) {
      return;
    }
    if (other.core == null) {
      later(this, here, () -> here.closed(link, LinkEnd.REFUSED));
      return;
    }
    int theirs = ++other.lastLink;
    links.put(link, new End(other, theirs));
    other.links.put(theirs, new End(this, link));
    HostPort source = new HostPort(address.address(), 40_000 + link % 20_000);
    other.core.accepted(theirs, new LinkPeer(ShortId.of(id), epoch, source));
    long otherEpoch = other.epoch;
    later(
        this,
        here,
        () -> {
          if (links.containsKey(link)) {
            here.opened(link, new LinkPeer(ShortId.of(other.id), otherEpoch, to));
          }
        });
  }

  @Override
  public void write(int link, byte[] frame, int length) {
    End end = links.get(link);
    octets += length + 4 + 16 + 40;
    if (end == null) {
      return;
    }
    if (network.breaksAt.test(network.frames++)) {
      cut(link);
      return;
    }
    if (!reaches(end.node.address)) {
      return;
    }
    byte[] copy = Arrays.copyOf(frame, length);
    GossipCore there = end.node.core;
    later(
        end.node,
        there,
        () -> {
          if (there != null && !end.node.silent) {
            there.frame(end.link, copy, 0, copy.length);
          }
        });
  }

  @Override
  public void close(int link) {
    closed.add(link);
    End end = links.remove(link);
    if (end != null) {
      end.node.lose(end.link, this, LinkEnd.CLOSED);
    }
  }

  private void lose(int link, StreamNode from, LinkEnd how) {
    if (from.reaches(address)) {
      GossipCore here = core;
      network.after(
          StreamNetwork.STEP,
          () -> {
            if (links.remove(link) != null && here != null && here == core) {
              here.closed(link, how);
            }
          });
    }
  }

  @Override
  public void tell(GossipEvent event) {
    events.add(event);
  }

  @Override
  public void seeds(Consumer<List<HostPort>> answer) {
    int now = life;
    network.after(
        Duration.ZERO,
        () -> {
          if (life == now) {
            answer.accept(seeds);
          }
        });
  }

  @Override
  public void keep(List<KeptMember> members) {
    kept = members;
  }
}
