// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import org.junit.jupiter.api.Test;

class StreamsTest {

  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  private final World world = Recorder.world(NetworkModel.lan());
  private final SimulatedNode a = Recorder.start(world);
  private final SimulatedNode b = Recorder.start(world);
  private final Recorder opener = Recorder.of(a);
  private final Recorder acceptor = Recorder.of(b);

  private void after(long nanos) {
    world.runUntil(world.now() + nanos);
  }

  private int open() {
    int link = opener.host.open(b.address());
    after(20 * MILLI);
    return link;
  }

  private int talk() {
    int link = open();
    opener.write(link, "first");
    after(20 * MILLI);
    return link;
  }

  @Test
  void opensAndCarriesFramesInOrderBothWays() {
    int link = open();
    assertThat(opener.heard).containsExactly("start", "opened 1 to 1");
    for (int i = 0; i < 5; i++) {
      opener.write(link, "" + i);
    }
    after(20 * MILLI);
    acceptor.write(1, "answer");
    after(20 * MILLI);

    assertThat(acceptor.heard)
        .containsExactly("start", "accepted 1 from 0", "1> 0", "1> 1", "1> 2", "1> 3", "1> 4");
    assertThat(opener.heard).endsWith("1> answer");
  }

  @Test
  void closesBehindWhatWasWritten() {
    int link = open();
    opener.write(link, "last");
    opener.host.close(link);
    after(20 * MILLI);

    assertThat(acceptor.heard).endsWith("1> last", "closed 1 CLOSED");
    assertThat(opener.heard).noneMatch(line -> line.startsWith("closed"));
  }

  @Test
  void showsAKilledProcessAtOnceAndRefusesToOpen() {
    talk();
    b.stop(false);
    after(10 * MILLI);
    assertThat(opener.heard.get(opener.heard.size() - 1)).matches("closed 1 (CLOSED|RESET)");

    open();
    assertThat(opener.heard).endsWith("closed 2 REFUSED");
  }

  @Test
  void isSilentAboutAHostWithoutPowerUntilPatienceEnds() {
    int link = talk();
    b.stop(true);
    after(20 * SECOND);
    assertThat(opener.heard).noneMatch(line -> line.startsWith("closed"));

    opener.write(link, "are you there?");
    after(9 * SECOND);
    assertThat(opener.heard).noneMatch(line -> line.startsWith("closed"));
    after(2 * SECOND);
    assertThat(opener.heard).endsWith("closed 1 TIMEOUT");

    opener.host.open(b.address());
    after(2 * SECOND);
    assertThat(opener.heard).endsWith("closed 1 TIMEOUT");
    after(2 * SECOND);
    assertThat(opener.heard).endsWith("closed 2 TIMEOUT");
  }

  @Test
  void resetsAStreamOfAnEarlierLifeWhenItIsUsed() {
    int link = talk();
    b.stop(true);
    b.start();
    after(SECOND);
    assertThat(opener.heard).noneMatch(line -> line.startsWith("closed"));

    opener.write(link, "hello?");
    after(20 * MILLI);
    assertThat(opener.heard).endsWith("closed 1 RESET");
    assertThat(Recorder.of(b).heard).containsExactly("start");
  }

  @Test
  void goesOnAfterAShortPartition() {
    int link = talk();
    world.network.cut(a, b);
    opener.write(link, "late");
    after(3 * SECOND);
    assertThat(acceptor.heard).endsWith("1> first");
    world.network.heal();
    after(5 * SECOND);

    assertThat(acceptor.heard).endsWith("1> late");
    assertThat(opener.heard).noneMatch(line -> line.startsWith("closed"));
  }

  @Test
  void standsStillWhenOnlyTheWayBackIsCut() {
    int link = talk();
    world.network.cut(b, a);
    opener.write(link, "lost");
    after(11 * SECOND);

    assertThat(opener.heard).endsWith("closed 1 TIMEOUT");
  }

  @Test
  void opensToAStoppedProcessOnlyWhenItGoesOn() {
    requireNonNull(b.process).holdUntil(world.now() + SECOND);
    open();
    assertThat(opener.heard).containsExactly("start");
    after(SECOND);
    assertThat(opener.heard).endsWith("opened 1 to 1");

    b.process.holdUntil(world.now() + 10 * SECOND);
    open();
    after(4 * SECOND);
    assertThat(opener.heard).endsWith("closed 2 TIMEOUT");
  }

  @Test
  void cannotOpenWhereNobodyIs() {
    opener.host.open(new HostPort(b.address().address(), 1));
    after(4 * SECOND);
    a.refusesToSend = true;
    opener.host.open(b.address());
    after(MILLI);

    assertThat(opener.heard).endsWith("closed 1 TIMEOUT", "closed 2 UNREACHABLE");
  }

  @Test
  void countsHandshakeHeadersAndAcknowledgements() {
    int link = open();
    // SYN, ACK, hello with its headers.
    assertThat(a.octetsSent()).isEqualTo(40 + 40 + 48 + 40);
    // SYN and ACK in one, hello.
    assertThat(b.octetsSent()).isEqualTo(40 + 48 + 40);
    long before = a.octetsSent();
    after(SECOND);
    opener.write(link, "x".repeat(2000));

    // The late acknowledgement of the hello, two segments, length and tag.
    assertThat(a.octetsSent() - before).isEqualTo(40 + 2000 + 20 + 2 * 40);
  }

  @Test
  void keepsNoLinksThatEnded() {
    int link = talk();
    opener.host.close(link);
    after(SECOND);
    opener.host.close(link);
    opener.write(link, "nobody gets this");

    assertThat(requireNonNull(a.process).links.size()).isZero();
    assertThat(requireNonNull(b.process).links.size()).isZero();
  }
}
