// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.store.ReplicaId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is known to be everywhere, and what goes then. */
class StabilityTest {

  private final ReplicaNet net = ReplicaNet.withoutExchanges(1);

  private void ringOf(int nodes) {
    net.nodes(nodes);
    net.ring(0);
    net.time.advance(Duration.ofSeconds(20));
  }

  private ReplicaNode node(int index) {
    return net.nodes.get(index);
  }

  private void relink(ReplicaNode node) {
    for (ReplicaNode other : net.nodes) {
      if (other != node && other.isUp()) {
        net.link(node, other);
      }
    }
  }

  private boolean isQuiet() {
    return net.nodes.stream()
        .filter(ReplicaNode::isUp)
        .allMatch(node -> node.state().ghosts() == 0 && node.state().oldestUnstable() == 0);
  }

  private long ghosts() {
    return net.nodes.stream()
        .filter(ReplicaNode::isUp)
        .mapToLong(node -> node.state().ghosts())
        .sum();
  }

  @Test
  void aDeletedKeyLeavesNothingOnceAllHaveHeardOfIt() {
    ringOf(5);
    node(0).put("key", "value");
    net.time.advance(Duration.ofSeconds(1));
    node(1).delete("key");
    net.time.advance(Duration.ofSeconds(1));
    assertThat(ghosts()).isEqualTo(5);

    assertThat(net.within(Duration.ofMinutes(6), this::isQuiet)).isTrue();
    assertThat(net.allAlike()).isTrue();
    assertThat(node(0).state().keys()).isEqualTo(5); // the register
  }

  @Test
  void whatIsWrittenAfterARestartIsLaterThanWhatWasSaidBefore() {
    ringOf(2);
    ReplicaNode slow = node(1);
    slow.skew = Duration.ofSeconds(-5); // it follows the other one's clock, until it restarts
    Mark said = null;
    for (int i = 0; i < 300 && said == null; i++) {
      node(0).put("key", "value " + i);
      net.time.advance(Duration.ofSeconds(1));
      var known = node(0).replica().stability.register.find(slow.state().self());
      said = known == null ? null : known.mark();
    }

    slow.crash();
    slow.start();
    slow.put("other", "value");

    var written = requireNonNull(slow.state().cell("other").winner()).getValue();
    assertThat(written.time()).isGreaterThan(requireNonNull(said).time());
  }

  @Test
  void nothingIsForgottenWhileAReplicaIsAway() {
    ringOf(4);
    node(0).put("key", "value");
    net.time.advance(Duration.ofSeconds(1));
    node(3).crash();
    node(0).delete("key");

    net.time.advance(Duration.ofHours(2));

    assertThat(ghosts()).isEqualTo(3);
    node(3).start();
    relink(node(3));
    assertThat(node(3).get("key")).isEqualTo("value");
  }

  @Test
  void nothingIsForgottenWhileAReplicaIsSilent() {
    ringOf(3);
    node(0).put("key", "value");
    net.time.advance(Duration.ofSeconds(1));
    node(2).log.fault = "disk full"; // it does not say what is not on its disk
    node(0).delete("key");

    net.time.advance(Duration.ofMinutes(30));
    assertThat(node(0).state().ghosts()).isEqualTo(1);

    node(2).log.fault = "";
    assertThat(net.within(Duration.ofMinutes(10), this::isQuiet)).isTrue();
  }

  /**
   * A replica that was parted says that it has all writes of all that it knows, and is right; but
   * one of the others has come since, and deleted something.
   */
  @Test
  void nothingIsForgottenOnTheWordOfOneWhoDoesNotKnowAllReplicas() {
    net.withoutExchanges = false;
    ringOf(3);
    node(0).put("key", "value");
    net.time.advance(Duration.ofSeconds(1));
    net.part(2);
    ReplicaNode stranger = net.node();
    net.passes = (from, to) -> (from.number == 3) == (to.number == 3);
    stranger.start();
    net.link(stranger, node(0));
    net.link(stranger, node(1));
    net.time.advance(Duration.ofMinutes(1));
    assertThat(stranger.get("key")).isEqualTo("value");
    stranger.delete("key");
    net.time.advance(Duration.ofMinutes(10));
    assertThat(ghosts()).isEqualTo(3);

    net.breaksAt = number -> true; // all that node 3 hears are watermarks
    net.heal();
    net.link(node(2), node(0));
    net.time.advance(Duration.ofMinutes(30));
    assertThat(node(2).get("key")).isEqualTo("value");
    assertThat(ghosts()).isEqualTo(3);

    net.breaksAt = number -> false;
    assertThat(net.within(Duration.ofMinutes(10), this::isQuiet)).isTrue();
    assertThat(net.allAlike()).isTrue();
    assertThat(node(2).get("key")).isNull();
  }

  @Test
  void whoIsAwayForTooLongIsNotWaitedFor() {
    ringOf(3);
    node(0).put("key", "value");
    net.time.advance(Duration.ofSeconds(1));
    node(2).crash();
    node(0).beliefs.put(node(2).id, State.ALIVE); // so that nobody takes it out of the register
    node(1).beliefs.put(node(2).id, State.ALIVE);
    node(0).delete("key");
    net.time.advance(Duration.ofDays(7));
    assertThat(ghosts()).isEqualTo(2);

    net.time.advance(Duration.ofDays(1).plusMinutes(10));

    assertThat(ghosts()).isZero();
  }

  @Test
  void whoMissedAWatermarkHearsItAgain() {
    ringOf(2);
    node(0).delete("key");
    net.time.advance(Duration.ofSeconds(1));
    assertThat(ghosts()).isEqualTo(2);
    assertThat(net.within(Duration.ofMinutes(6), () -> ghosts() == 1)).isTrue();
    net.unlink(node(0), node(1));
    net.unlink(node(0), node(1)); // there are two between two nodes
    net.time.advance(Duration.ofSeconds(10));
    assertThat(ghosts()).isEqualTo(1);

    net.link(node(0), node(1));

    assertThat(net.within(Duration.ofMinutes(5), this::isQuiet)).isTrue();
  }

  @Test
  void theGenerationBeforeIsClosedAndDoesNotHoldUpTheOthers() {
    ringOf(3);
    node(0).put("key", "value");
    node(2).put("mine", "value");
    net.time.advance(Duration.ofSeconds(1));
    node(2).crash();
    node(2).generation = 2;
    node(2).start();
    relink(node(2));
    node(0).delete("key");

    net.time.advance(Duration.ofMinutes(15));

    assertThat(net.within(Duration.ofMinutes(15), this::isQuiet)).isTrue();
    assertThat(node(0).state().cell(Register.key(new ReplicaId(node(2).id, 1))).isNothing())
        .isTrue();
    assertThat(node(0).get("mine")).isEqualTo("value");
    assertThat(net.allAlike()).isTrue();
  }

  @Test
  void entriesOfANodeThatLeftAreRemovedOnceByOneMember() {
    ringOf(5);
    for (int i = 0; i < 1_000; i++) {
      node(4).put("of/four/" + i, "value");
    }
    node(0).put("of/zero", "value");
    net.time.advance(Duration.ofSeconds(2));
    node(4).crash();
    for (ReplicaNode other : net.nodes) {
      other.beliefs.put(node(4).id, State.LEFT);
      if (other.isUp()) {
        other.replica().membersChanged(node(4).id);
      }
    }
    net.time.advance(Duration.ofMinutes(50));
    assertThat(node(0).get("of/four/7")).isEqualTo("value");

    net.time.advance(Duration.ofMinutes(30));

    assertThat(node(0).get("of/four/7")).isNull();
    assertThat(node(0).get("of/zero")).isEqualTo("value");
    assertThat(
            net.nodes.stream()
                .mapToLong(node -> node.metrics.count("dcosnet.gossip.kv.collected"))
                .sum())
        .isEqualTo(1_000);
    assertThat(net.within(Duration.ofMinutes(10), this::isQuiet)).isTrue();
    assertThat(node(0).state().keys()).isEqualTo(5); // four replicas and one entry
  }

  @Test
  void entriesOfADeadNodeStayUntilItIsAwayForTooLong() {
    ringOf(3);
    node(2).put("of/two", "value");
    net.time.advance(Duration.ofSeconds(1));
    node(2).crash();
    net.time.advance(StoreSettings.lan().maxOffline().minusHours(1));
    assertThat(node(0).get("of/two")).isEqualTo("value");

    net.time.advance(Duration.ofHours(3));

    assertThat(node(0).get("of/two")).isNull();
  }

  @Test
  void whoComesBackInTimeKeepsItsEntries() {
    ringOf(3);
    node(2).put("of/two", "value");
    net.time.advance(Duration.ofSeconds(1));
    node(2).crash();
    net.time.advance(Duration.ofDays(6));
    node(2).start();
    relink(node(2));
    net.time.advance(Duration.ofDays(3));

    assertThat(node(0).get("of/two")).isEqualTo("value");
  }

  @Test
  void whyTellsWhoIsKnownToHaveAWrite() {
    ringOf(3);
    node(0).put("key", Bytes.copyOf(new byte[300]));
    net.time.advance(Duration.ofSeconds(1));
    node(2).crash();

    assertThat(node(1).replica().why("key"))
        .contains("LWW_REGISTER")
        .contains("300 octets")
        .contains(node(0).id + " (ALIVE)")
        .contains("2 of 3 replicas are known to have it; not " + node(2).id + "/1");
    node(0).delete("key");
    net.time.advance(Duration.ofSeconds(1));
    assertThat(node(1).replica().why("key")).contains("deleted");
    assertThat(node(1).replica().why("no/key")).contains("not here");
  }
}
