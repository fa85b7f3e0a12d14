// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks.gossip;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.key.ClusterLabel;
import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.key.PlainPolicy;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.member.ProtocolRange;
import io.dcosnet.gossip.secure.DatagramSeal;
import io.dcosnet.gossip.secure.SealSetup;
import io.dcosnet.gossip.wire.BodyReader;
import io.dcosnet.gossip.wire.BodyWriter;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A full datagram of 1 400 octets, with a ping and as many facts as fit, on its way out and in. The
 * goal is 4 µs for each way.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DatagramBenchmark {

  private static final int DATAGRAM = 1400;
  private static final int RECORDED = 4096;
  private static final IpAddress FROM = IpAddress.parse("192.0.2.1");

  @Param({"true", "false"})
  boolean sealed;

  /** How many members the datagrams come from in turn. */
  @Param({"1", "200"})
  int senders;

  private final List<Message> messages = new ArrayList<>();
  private final BodyWriter writer = new BodyWriter(DATAGRAM - DatagramSeal.OVERHEAD);
  private final byte[] out = new byte[DATAGRAM];
  private final byte[][] recorded = new byte[RECORDED][];
  private @Nullable KeyRing keys;
  private DatagramSeal sender = seal(1);
  private DatagramSeal receiver = seal(0);
  private int turn;

  @Setup
  public void record() {
    keys = sealed ? KeyRing.of(GossipKey.generate(1, new Random(1))) : null;
    messages.add(new Message.Ping(1, id(0), 1));
    for (int i = 1; i < 20; i++) {
      messages.add(new Fact.Alive(id(i), 1_700_000_000_000L, i, profile(i)));
    }
    List<DatagramSeal> members = new ArrayList<>();
    for (int i = 1; i <= senders; i++) {
      members.add(seal(i));
    }
    for (int i = 0; i < RECORDED; i++) {
      sender = members.get(i % senders);
      int length = encodeAndSeal();
      recorded[i] = Arrays.copyOf(out, length);
    }
    receiver = seal(0);
  }

  private static Profile profile(int number) {
    return new Profile(
        "agent-" + number,
        List.of(HostPort.parse("192.0.2." + number + ":7950")),
        Bytes.copyOf(new byte[100]),
        new ProtocolRange(1, 1, 1));
  }

  private static NodeId id(int number) {
    return new NodeId(new UUID(number * 0x9e3779b97f4a7c15L, number));
  }

  private DatagramSeal seal(int number) {
    return new DatagramSeal(
        new SealSetup(
            keys,
            PlainPolicy.REFUSED,
            new ClusterLabel("benchmark"),
            number,
            number,
            1_700_000_000_000L,
            List.of(),
            SealSetup.MAX_DATAGRAM,
            0,
            MetricsSink.none()));
  }

  /** Writes the messages and puts them into their envelope. */
  @Benchmark
  public int encodeAndSeal() {
    writer.clear();
    for (Message message : messages) {
      if (!writer.add(message)) {
        break;
      }
    }
    return sender.seal(writer.octets(), writer.length(), out);
  }

  /** Only the envelope. */
  @Benchmark
  public int seal() {
    return sender.seal(writer.octets(), writer.length(), out);
  }

  /** Opens the envelope and reads the messages. */
  @Benchmark
  public void openAndDecode(Blackhole hole) {
    open();
    decode(hole::consume, hole::consume);
  }

  void decode(Consumer<Message> messages, Consumer<BodyReader.Fault> faults) {
    BodyReader.read(
        receiver.body(), receiver.bodyOffset(), receiver.bodyLength(), messages, faults);
  }

  /** Only the envelope. */
  @Benchmark
  public int open() {
    if (turn == RECORDED) {
      turn = 0;
      receiver = seal(0); // it would not take a datagram twice
    }
    byte[] datagram = recorded[turn++];
    if (receiver.open(FROM, datagram, 0, datagram.length, 0) != null) {
      throw new IllegalStateException("not taken");
    }
    return receiver.bodyLength();
  }
}
