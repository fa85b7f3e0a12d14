// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.store.Delta;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.Stamp;
import io.dcosnet.gossip.store.StoreLimits;
import io.dcosnet.gossip.store.StoreState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes of a node, and what its disk has to do with them. */
class WritesTest {

  private final ReplicaNet net = ReplicaNet.withoutExchanges(1);
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void twoNodes() {
    net.nodes(2);
    net.link(node(0), node(1));
    net.time.advance(Duration.ofSeconds(20));
  }

  private ReplicaNode node(int index) {
    return net.nodes.get(index);
  }

  private void put(String key, String value) {
    node(0)
        .replica()
        .update(
            key,
            List.of(new CrdtOp.Put(Bytes.utf8(value))),
            new WriteResult() {
              @Override
              public void done(Stamp write) {
                told.add("done " + key);
              }

              @Override
              public void failed(RuntimeException why) {
                told.add("failed " + key);
                node(0).failures.add(why);
              }
            });
  }

  @Test
  void aWriteIsDoneAndToldToOthersWhenItIsOnDiskAndNotBefore() {
    node(0).log.delay = Duration.ofSeconds(1);
    put("one", "1");
    put("two", "2");
    assertThat(node(0).get("one")).isEqualTo("1");
    net.time.advance(Duration.ofMillis(900));
    assertThat(told).isEmpty();
    assertThat(node(1).get("one")).isNull();

    net.time.advance(Duration.ofMillis(200));

    assertThat(told).containsExactly("done one", "done two");
    assertThat(node(1).get("two")).isEqualTo("2");
  }

  @Test
  void aWriteThatTheDiskDoesNotTakeFailsAndIsNotTold() {
    node(0).log.fault = "No space left on device";

    put("one", "1");
    put("two", "2");
    net.time.advance(Duration.ofSeconds(5));

    assertThat(told).containsExactly("failed one", "failed two");
    assertThat(node(0).failures)
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isInstanceOf(DcosNetException.class)
                    .hasMessageContaining("No space left on device"));
    assertThat(node(0).failures.get(0)).hasMessageContaining("it may come to be safe");
    assertThat(node(1).get("one")).isNull();
    assertThat(node(0).failures.get(1)).hasMessageContaining("no write to two while the disk");
    assertThat(node(0).get("two")).isNull();
  }

  @Test
  void afterAWholeImageIsOnDiskWritesGoOnAndWhatFailedIsTold() {
    node(0).log.fault = "No space left on device";
    put("one", "1");
    node(0).log.fault = "";
    put("two", "2");
    assertThat(told).containsExactly("failed one", "failed two");

    net.time.advance(Duration.ofSeconds(11));
    put("three", "3");
    net.time.advance(Duration.ofSeconds(1));

    assertThat(told).containsExactly("failed one", "failed two", "done three");
    assertThat(node(1).get("one")).isEqualTo("1");
    assertThat(node(1).get("three")).isEqualTo("3");
    node(0).crash();
    node(0).start();
    assertThat(node(0).get("one")).isEqualTo("1");
    assertThat(net.allAlike()).isTrue();
  }

  @Test
  void exchangesDoNotTellWhatIsNotOnDiskEither() {
    net.nodes.forEach(node -> node.replica().exchanges.start());
    node(0).log.delay = Duration.ofSeconds(2);
    put("one", "1");

    node(1).replica().exchanges.begin(node(0).id, Exchange.Kind.MISSING);
    net.time.advance(Duration.ofMillis(1_900));
    assertThat(node(1).get("one")).isNull();
    assertThat(node(1).state().clock().covers(node(0).state().clock())).isFalse();

    net.time.advance(Duration.ofMillis(200));

    assertThat(node(1).get("one")).isEqualTo("1");
  }

  @Test
  void exchangesDoNotTellWhatTheDiskRefused() {
    net.nodes.forEach(node -> node.replica().exchanges.start());
    node(0).log.fault = "No space left on device";
    put("one", "1");

    for (int i = 0; i < 5; i++) {
      node(1).replica().exchanges.begin(node(0).id, Exchange.Kind.MISSING);
      net.time.advance(Duration.ofSeconds(3));
    }
    assertThat(node(0).state().cell("one").isGhost()).isFalse();
    assertThat(node(1).get("one")).isNull();

    node(0).log.fault = "";
    net.time.advance(Duration.ofSeconds(30));
    assertThat(node(1).get("one")).isEqualTo("1");
  }

  @Test
  void writesToAKeyWithOneOfAnotherBetweenThemDoNotTravelAsOne() {
    List<Delta> told = new ArrayList<>();
    Gathering gathering = new Gathering();
    StoreState ours = new StoreState(new ReplicaId(node(0).id, 9), StoreLimits.USUAL);
    StoreState others = new StoreState(new ReplicaId(node(1).id, 9), StoreLimits.USUAL);
    List<CrdtOp> op = List.of(new CrdtOp.Put(Bytes.utf8("x")));
    Delta first = ours.update("key", op, 1);
    others.take(first);
    Delta between = others.update("key", op, 2);
    ours.take(between);
    Delta second = ours.update("key", op, 3);
    Delta third = ours.update("key", op, 4);

    List.of(first, second, third).forEach(gathering::add);
    told.addAll(gathering.drain());

    assertThat(told).hasSize(2);
    StoreState reader = new StoreState(new ReplicaId(node(1).id, 10), StoreLimits.USUAL);
    assertThat(reader.take(told.get(0))).isEqualTo(StoreState.Outcome.TAKEN);
    assertThat(reader.take(between)).isEqualTo(StoreState.Outcome.TAKEN);
    assertThat(reader.take(told.get(1))).isEqualTo(StoreState.Outcome.TAKEN);
    assertThat(reader.liveDigest()).isEqualTo(ours.liveDigest());
  }

  @Test
  void keysThatAreNotForUsersAreRefusedWithTheReason() {
    put("secret/token", "x");
    put("\u0000replica/x", "x");

    assertThat(node(0).failures.get(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("secret");
    assertThat(node(0).failures.get(1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(node(0).state().keys()).isEqualTo(2);
  }

  @Test
  void whatCannotBeDoneFailsAlone() {
    put("key", "x");
    node(0).update("key", List.of(new CrdtOp.Add(1)));

    assertThat(node(0).failures).hasSize(1);
    put("key", "y");
    net.time.advance(Duration.ofSeconds(1));
    assertThat(node(1).get("key")).isEqualTo("y");
  }

  @Test
  void anAnswerIsLaterThanWhatItAnswersWhateverTheWallClocksSay() {
    node(0).skew = Duration.ofSeconds(8);
    put("key", "ahead");
    net.time.advance(Duration.ofSeconds(1));

    node(1).put("other", "after");

    assertThat(requireNonNull(node(1).state().cell("other").winner()).getValue().time())
        .isGreaterThan(requireNonNull(node(1).state().cell("key").winner()).getValue().time());
  }

  @Test
  void aClockTooFarAheadIsCountedAndNotFollowedButTheWriteCounts() {
    node(0).skew = Duration.ofHours(1);
    put("key", "ahead");
    net.time.advance(Duration.ofSeconds(1));

    assertThat(node(1).get("key")).isEqualTo("ahead");
    assertThat(node(1).metrics.count("dcosnet.gossip.clock.drift")).isPositive();
    node(1).put("key", "answer"); // with an earlier time, but it has seen the other
    net.time.advance(Duration.ofSeconds(1));
    assertThat(node(0).get("key")).isEqualTo("answer");
  }

  @Test
  void timesDoNotGoBackOverARestartWithAnEarlierWallClock() {
    put("key", "before");
    long before = requireNonNull(node(0).state().cell("key").winner()).getValue().time();
    node(0).crash();
    node(0).skew = Duration.ofHours(-1);
    node(0).start();

    put("key", "after");

    assertThat(requireNonNull(node(0).state().cell("key").winner()).getValue().time())
        .isGreaterThan(before);
  }
}
