// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.key.KeyState;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.member.ProtocolRange;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.wire.BodyReader;
import io.dcosnet.gossip.wire.BodyWriter;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.ShortId;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The world of one core, where the test plays all other nodes. */
final class ScriptedHost implements Host {

  static final int PORT = 7950;
  static final long EPOCH = 1_000;

  /** A message that the core sent, in a datagram or (with a link) in a frame. */
  record Sent(HostPort to, int link, Message message) {}

  final VirtualTime time = new VirtualTime();
  final List<Sent> sent = new ArrayList<>();
  final List<GossipEvent> events = new ArrayList<>();
  final List<List<KeptMember>> kept = new ArrayList<>();
  final List<HostPort> opened = new ArrayList<>();
  final Set<Integer> closed = new HashSet<>();
  final Set<HostPort> refused = new HashSet<>();
  boolean refuseAll;

  /** How much longer ago everything seems: the thread stood still, and timers are late. */
  Duration stoodStill = Duration.ZERO;

  private final Random random;

  ScriptedHost(long seed) {
    this.random = new Random(seed);
  }

  static NodeId id(int number) {
    return new NodeId(new UUID(0x4000, number));
  }

  static long shortId(int number) {
    return ShortId.of(id(number));
  }

  static HostPort address(int number) {
    return HostPort.parse("192.0.2." + number + ":" + PORT);
  }

  static Profile profile(int number) {
    return new Profile("node-" + number, List.of(address(number)), Bytes.EMPTY, ProtocolRange.OURS);
  }

  static Fact alive(int number) {
    return new Fact.Alive(id(number), EPOCH, 0, profile(number));
  }

  static CoreSetup setup(
      int number, GossipSettings settings, boolean authenticated, MetricsSink metrics) {
    return new CoreSetup(
        settings,
        id(number),
        EPOCH,
        profile(number),
        List.of(),
        authenticated,
        MemberPool.plain(),
        KeyState.none(),
        null,
        metrics);
  }

  static byte[] body(Message... messages) {
    BodyWriter body = new BodyWriter(1400);
    for (Message message : messages) {
      if (!body.add(message)) {
        throw new IllegalArgumentException("too long: " + Arrays.toString(messages));
      }
    }
    return Arrays.copyOf(body.octets(), body.length());
  }

  /** Messages of a kind, in datagrams and frames. */
  <M extends Message> List<M> sent(Class<M> kind) {
    return sent.stream().map(Sent::message).filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Messages of a kind in datagrams to one node. */
  <M extends Message> List<M> sentTo(int number, Class<M> kind) {
    return sent.stream()
        .filter(one -> one.to.equals(address(number)) && one.link == 0)
        .map(Sent::message)
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  <E extends GossipEvent> List<E> events(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Override
  public long nanos() {
    return time.nanos() + stoodStill.toNanos();
  }

  @Override
  public long wallMillis() {
    return time.wallMillis();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public Timer schedule(long delayNanos, Runnable work) {
    return time.schedule(Duration.ofNanos(delayNanos), work)::cancel;
  }

  @Override
  public boolean send(HostPort to, byte[] body, int length) {
    BodyReader.read(
        body,
        0,
        length,
        message -> sent.add(new Sent(to, 0, message)),
        fault -> {
          throw new AssertionError(fault);
        });
    return !refuseAll && !refused.contains(to);
  }

  @Override
  public int open(HostPort to) {
    opened.add(to);
    return opened.size();
  }

  @Override
  public void write(int link, byte[] frame, int length) {
    HostPort to = link <= opened.size() ? opened.get(link - 1) : address(99);
    BodyReader.read(
        frame,
        0,
        length,
        message -> sent.add(new Sent(to, link, message)),
        fault -> {
          throw new AssertionError(fault);
        });
  }

  @Override
  public void close(int link) {
    closed.add(link);
  }

  @Override
  public void tell(GossipEvent event) {
    events.add(event);
  }

  @Override
  public void seeds(Consumer<List<HostPort>> answer) {
    time.execute(() -> answer.accept(List.of()));
  }

  @Override
  public void keep(List<KeptMember> members) {
    kept.add(members);
  }
}
