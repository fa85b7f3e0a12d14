// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.secure.SealFault;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.testkit.RecordingMetrics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Nothing but authenticated messages changes the state of a member: somebody without the key hears
 * every datagram of a small cluster under random faults, and sends what he likes.
 *
 * <p>Datagrams only: a stream cannot be spoken on before its peer has proven that it has the key.
 */
class AdversarySuiteTest {

  private static final int SCHEDULES = 24;
  private static final Duration EVERY = Duration.ofMillis(5);

  /** Faults begin at whole milliseconds: what he sends meets the life that it was meant for. */
  private static final Duration FIRST = Duration.ofNanos(300_000);

  /** So much longer than the faults he goes on; who is at rest must be quiet afterwards. */
  private static final long GOES_ON_MILLIS = 20_000;

  private static final KeyRing KEYS =
      KeyRing.of(new GossipKey(1, Bytes.copyOf(new byte[GossipKey.OCTETS])));

  private final RecordingMetrics metrics = new RecordingMetrics();

  /** Small clusters whose threads do not tire, so that a datagram that is dropped costs nothing. */
  private static List<Schedule> schedules() {
    return LongStream.iterate(50_000, seed -> seed + 1)
        .mapToObj(Schedule::random)
        .filter(schedule -> schedule.nodes() >= 5 && schedule.nodes() <= 10)
        .filter(
            schedule ->
                schedule.faults().stream()
                    .map(Fault::kind)
                    .noneMatch(kind -> kind == Fault.Kind.PAUSE || kind == Fault.Kind.SLOW))
        .limit(SCHEDULES)
        .toList();
  }

  @Test
  void aClusterLivesAsIfHeWereNotThere() {
    for (Schedule schedule : schedules()) {
      Tap calm = new Tap();
      ScheduleRun.run(schedule, simulation(schedule, calm, new RecordingMetrics()), plain -> {});
      Tap tap = new Tap();
      Adversary adversary = new Adversary(schedule, tap, false);
      ScheduleRun.Outcome outcome =
          ScheduleRun.run(schedule, simulation(schedule, tap, metrics), adversary::begin);

      assertThat(outcome.violations()).as(schedule.toString()).isEmpty();
      assertThat(tap.wrong).as(schedule.toString()).isEmpty();
      assertThat(tap.refused).as(schedule.toString()).isGreaterThan(calm.refused + 1_000);
      assertThat(tap.taken).as(schedule.toString()).isEqualTo(calm.taken);
      assertThat(tap.hash).as(schedule.toString()).isEqualTo(calm.hash);
    }
    assertCountedByReason();
  }

  @Test
  void aClusterAgreesThoughHeSpeaksUnderItsAddressesAndRepeatsItsWordsToOthers() {
    for (Schedule schedule : schedules()) {
      Tap tap = new Tap();
      Adversary adversary = new Adversary(schedule, tap, true);
      ScheduleRun.Outcome outcome =
          ScheduleRun.run(schedule, simulation(schedule, tap, metrics), adversary::begin);

      assertThat(outcome.violations()).as(schedule.toString()).isEmpty();
      assertThat(tap.wrong).as(schedule.toString()).isEmpty();
      assertThat(tap.refused).as(schedule.toString()).isGreaterThan(1_000);
    }
    assertCountedByReason();
  }

  private void assertCountedByReason() {
    for (SealFault fault :
        List.of(SealFault.AUTH, SealFault.REPLAY, SealFault.KEY, SealFault.MAGIC)) {
      assertThat(metrics.count("dcosnet.gossip.dropped", "reason", fault.tag()))
          .as(fault.tag())
          .isPositive();
    }
  }

  private static Simulation simulation(Schedule schedule, Tap tap, RecordingMetrics metrics) {
    GossipSettings settings = GossipSettings.lan();
    return Simulation.of(
        schedule.seed(),
        settings,
        NetworkModel.lan(),
        SealedProgram.factory(GossipProgram.factory(settings, metrics), KEYS, tap, metrics));
  }

  /** Knows which datagrams members have sent, and holds all that is taken against it. */
  private static final class Tap implements SealedProgram.Wire {
    private static final int MOST_HEARD = 512;

    final List<byte[]> heard = new ArrayList<>();
    final Map<NodeProcess, List<byte[]>> takenBy = new HashMap<>();
    final List<String> wrong = new ArrayList<>();
    int taken;
    int refused;
    long hash;
    private final Set<ByteBuffer> sent = new HashSet<>();
    private final Map<NodeProcess, Set<ByteBuffer>> known = new HashMap<>();
    private int next;

    @Override
    public void sent(NodeProcess from, HostPort to, byte[] datagram) {
      sent.add(ByteBuffer.wrap(datagram));
      keep(heard, datagram);
    }

    @Override
    public void arrived(NodeProcess at, byte[] datagram, @Nullable SealFault fault) {
      if (fault != null) {
        refused++;
        return;
      }
      taken++;
      hash = 31 * hash + Arrays.hashCode(datagram);
      hash = 31 * hash + at.node.index;
      hash = 31 * hash + at.world.now();
      ByteBuffer content = ByteBuffer.wrap(datagram);
      if (!sent.contains(content)) {
        wrong.add(at + " took what no member has sent");
      } else if (!known.computeIfAbsent(at, any -> new HashSet<>()).add(content)) {
        wrong.add(at + " took the same datagram twice");
      }
      keep(takenBy.computeIfAbsent(at, any -> new ArrayList<>()), datagram);
    }

    private void keep(List<byte[]> list, byte[] datagram) {
      if (list.size() < MOST_HEARD) {
        list.add(datagram);
      } else {
        list.set(next++ % MOST_HEARD, datagram);
      }
    }
  }

  /** Sends to members what he has made of what he heard. */
  private static final class Adversary {
    private final SplittableRandom random;
    private final Tap tap;
    private final boolean poses;
    private final long endMillis;

    /**
     * @param poses whether he speaks under the addresses of members, and sends to one what another
     *     one should have
     */
    Adversary(Schedule schedule, Tap tap, boolean poses) {
      this.random = new SplittableRandom(schedule.seed());
      this.tap = tap;
      this.poses = poses;
      this.endMillis = schedule.endMillis() + GOES_ON_MILLIS;
    }

    void begin(Simulation simulation) {
      simulation.later(FIRST, () -> act(simulation));
    }

    private void act(Simulation simulation) {
      List<SimulatedNode> nodes = simulation.nodes();
      SimulatedNode target = nodes.get(random.nextInt(nodes.size()));
      HostPort from =
          poses
              ? nodes.get(random.nextInt(nodes.size())).address()
              : new HostPort(IpAddress.ofIpv4(0xcb007101 + random.nextInt(8)), 7950);
      byte[] evil = evil(target.process);
      if (evil != null) {
        simulation.world.network.forge(from, target, evil);
      }
      if (simulation.elapsed().toMillis() < endMillis) {
        simulation.later(EVERY, () -> act(simulation));
      }
    }

    private byte @Nullable [] evil(@Nullable NodeProcess target) {
      if (tap.heard.isEmpty()) {
        return null;
      }
      byte[] one = tap.heard.get(random.nextInt(tap.heard.size())).clone();
      byte[] other = tap.heard.get(random.nextInt(tap.heard.size()));
      switch (random.nextInt(8)) {
        case 0 -> one[random.nextInt(one.length)] ^= (byte) (1 << random.nextInt(8));
        case 1 -> one = Arrays.copyOf(one, random.nextInt(one.length));
        case 2 -> one = Arrays.copyOf(one, one.length + 1 + random.nextInt(100));
        case 3 -> {
          // The header of one, the words of the other.
          if (Arrays.equals(one, other)) {
            return null;
          }
          System.arraycopy(other, 0, one, 0, 32);
        }
        case 4 -> one[26 + random.nextInt(6)] ^= (byte) (1 + random.nextInt(255)); // the counter
        case 5 -> random.nextBytes(one);
        default -> one = repeated(target, one);
      }
      return one;
    }

    // What a member has not had yet would be taken, and rightly.
    private byte @Nullable [] repeated(@Nullable NodeProcess target, byte[] any) {
      if (poses) {
        return any;
      }
      List<byte[]> had = target == null ? null : tap.takenBy.get(target);
      return had == null ? null : had.get(random.nextInt(had.size()));
    }
  }
}
