// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NetworkTest {

  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  private World world = Recorder.world(NetworkModel.lan());
  private SimulatedNode a = Recorder.start(world);
  private SimulatedNode b = Recorder.start(world);

  private void with(NetworkModel model) {
    world = Recorder.world(model);
    a = Recorder.start(world);
    b = Recorder.start(world);
  }

  private void after(long nanos) {
    world.runUntil(world.now() + nanos);
  }

  private long arrivals() {
    return Recorder.of(b).heard.stream().filter(line -> line.startsWith("0: ")).count();
  }

  @Test
  void bringsADatagramWithinTheTimeOfTravel() {
    Recorder.of(a).send(b, "hello");

    after(MILLI / 10);
    assertThat(Recorder.of(b).heard).containsExactly("start");
    after(2 * MILLI);
    assertThat(Recorder.of(b).heard).containsExactly("start", "0: hello");
  }

  @Test
  void countsHeadersAndEnvelope() {
    Recorder.of(a).send(b, "hello");

    assertThat(a.octetsSent()).isEqualTo(5 + 48 + 28);
    assertThat(a.packetsSent()).isEqualTo(1);
  }

  @Test
  void losesAndDoublesAsManyAsTheModelSays() {
    with(NetworkModel.lan().withLoss(0.3));
    for (int i = 0; i < 1_000; i++) {
      Recorder.of(a).send(b, "x");
      after(3 * MILLI);
    }
    assertThat(arrivals()).isBetween(650L, 750L);

    with(NetworkModel.lan().withDuplication(0.2));
    for (int i = 0; i < 1_000; i++) {
      Recorder.of(a).send(b, "x");
      after(3 * MILLI);
    }
    assertThat(arrivals()).isBetween(1_150L, 1_250L);
  }

  @Test
  void letsDatagramsOvertakeEachOther() {
    for (int i = 0; i < 9; i++) {
      Recorder.of(a).send(b, "" + i);
    }
    after(5 * MILLI);

    assertThat(arrivals()).isEqualTo(9);
    assertThat(Recorder.of(b).heard).isNotEqualTo(Recorder.of(b).heard.stream().sorted().toList());
  }

  @Test
  void cutsOneWayOnly() {
    world.network.cut(a, b);
    Recorder.of(a).send(b, "there");
    Recorder.of(b).send(a, "back");
    after(5 * MILLI);

    assertThat(arrivals()).isZero();
    assertThat(Recorder.of(a).heard).contains("1: back");

    world.network.heal();
    Recorder.of(a).send(b, "again");
    after(5 * MILLI);
    assertThat(Recorder.of(b).heard).contains("0: again");
  }

  @Test
  void dropsWhatIsLargerThanAPacketMayBe() {
    with(NetworkModel.lan().withMtu(100));
    Recorder.of(a).send(b, "x".repeat(24));
    Recorder.of(a).send(b, "x".repeat(25));
    after(5 * MILLI);

    assertThat(arrivals()).isEqualTo(1);
  }

  @Test
  void tellsTheSenderWhenItsOwnSystemRefuses() {
    a.refusesToSend = true;

    assertThat(Recorder.of(a).send(b, "x")).isFalse();
    assertThat(a.octetsSent()).isZero();
  }

  @Test
  void keepsWhatComesToAStoppedProcessUntilItsBufferIsFull() {
    requireNonNull(b.process).holdUntil(2 * SECOND);
    for (int i = 0; i < NodeProcess.RECEIVE_BUFFER + 5; i++) {
      Recorder.of(a).send(b, "" + i);
    }
    after(SECOND);
    assertThat(arrivals()).isZero();

    after(SECOND);
    assertThat(arrivals()).isEqualTo(NodeProcess.RECEIVE_BUFFER);
    assertThat(world.network.counts.overflows).isEqualTo(5);
    assertThat(Recorder.of(b).heard).containsOnlyOnce("lagged");
  }

  @Test
  void delaysTheTimersOfAStoppedProcess() {
    Recorder recorder = Recorder.of(b);
    recorder.host.schedule(SECOND / 2, () -> recorder.heard.add("timer"));
    requireNonNull(b.process).holdUntil(SECOND);

    after(SECOND - 1);
    assertThat(recorder.heard).doesNotContain("timer");
    after(1);
    assertThat(recorder.heard).containsSubsequence("lagged", "timer");
    assertThat(b.process.timers()).isZero();
  }

  @Test
  void letsASlowProcessFallBehind() {
    b.workNanos = 100 * MILLI;
    for (int i = 0; i < 10; i++) {
      Recorder.of(a).send(b, "" + i);
    }
    after(510 * MILLI);

    assertThat(arrivals()).isBetween(4L, 6L);
    after(SECOND);
    assertThat(arrivals()).isEqualTo(10);
  }

  @Test
  void dropsTimersOfAnEarlierLife() {
    Recorder before = Recorder.of(b);
    before.host.schedule(SECOND, () -> before.heard.add("timer"));
    b.stop(false);
    b.start();
    after(2 * SECOND);

    assertThat(before.heard).doesNotContain("timer");
    assertThat(requireNonNull(b.process).epoch).isGreaterThan(before.process.epoch);
  }

  @Test
  void hasALongTailWhereTheModelHas() {
    with(NetworkModel.lan().withTail(0.1, Duration.ofSeconds(1)));
    for (int i = 0; i < 1_000; i++) {
      Recorder.of(a).send(b, "x");
    }
    after(2 * MILLI);

    assertThat(arrivals()).isBetween(850L, 950L);
    after(SECOND);
    assertThat(arrivals()).isEqualTo(1_000);
  }

  @Test
  void givesTheSameFingerprintOnEveryMachine() {
    with(NetworkModel.lan().withLoss(0.1).withDuplication(0.1).withTail(0.1, Duration.ofMillis(9)));
    for (int i = 0; i < 100; i++) {
      Recorder.of(a).send(b, "to b " + i);
      Recorder.of(b).send(a, "to a " + i);
      after(MILLI);
    }
    after(SECOND);

    // Of the network alone, so that it changes only with the simulator.
    assertThat(Long.toHexString(world.hash())).isEqualTo("7bf6881f5e87b038");
  }
}
