// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.wire.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail and news between whole nodes over a network that loses much. */
class NewsSimulationTest {

  private static final int LOSS_PERCENT = 30;

  private final GossipSettings settings = StreamNetwork.quiet().toBuilder().rings(0).build();
  private final StreamNetwork network = new StreamNetwork(settings);
  private final Map<String, Integer> received = new HashMap<>();
  private final Map<String, List<String>> results = new HashMap<>();

  private void loseDatagrams(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    network.passes = (from, to) -> random.nextInt(100) >= LOSS_PERCENT;
  }

  private List<StreamNode> cluster(int nodes) {
    List<StreamNode> cluster = network.cluster(nodes);
    for (StreamNode node : cluster) {
      node.core()
          .onMail(
              (from, topic, payload, answer) -> {
                received.merge(topic + " at " + node.address, 1, Integer::sum);
                network.after(Duration.ofMillis(20), () -> answer.accept(""));
              });
      node.core()
          .onEvent(event -> received.merge(event.topic() + " at " + node.address, 1, Integer::sum));
    }
    return cluster;
  }

  private void mail(StreamNode from, StreamNode to, String topic, Bytes payload) {
    from.core()
        .mail(
            to.id,
            topic,
            payload,
            result ->
                results
                    .computeIfAbsent(topic + " at " + to.address, any -> new ArrayList<>())
                    .add(result));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void mailIsHandedOverOnceAndItsSenderKnows(int seed) {
    List<StreamNode> cluster = cluster(5);
    loseDatagrams(seed);
    SplittableRandom random = new SplittableRandom(seed);
    int mails = 400;
    for (int i = 0; i < mails; i++) {
      mail(
          cluster.get(random.nextInt(5)), cluster.get(random.nextInt(5)), "mail-" + i, Bytes.EMPTY);
      network.time.advance(Duration.ofMillis(3));
    }
    network.time.advance(Duration.ofSeconds(6));

    assertThat(received.values()).containsOnly(1);
    assertThat(results).hasSize(mails);
    int done = 0;
    for (Map.Entry<String, List<String>> entry : results.entrySet()) {
      assertThat(entry.getValue()).hasSize(1);
      String result = entry.getValue().get(0);
      if (result.isEmpty()) {
        assertThat(received).containsKey(entry.getKey());
        done++;
      } else {
        assertThat(result).isEqualTo("no answer within 5s");
      }
    }
    // Five tries, each of which succeeds in 49 of 100 cases: 96.5 of 100 by expectation.
    assertThat(done).isGreaterThan(mails * 92 / 100);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void newsReachEverybodyOnce(int seed) {
    List<StreamNode> cluster = cluster(20);
    loseDatagrams(seed);
    SplittableRandom random = new SplittableRandom(seed);
    int news = 100;
    for (int i = 0; i < news; i++) {
      cluster.get(random.nextInt(20)).core().broadcast("news-" + i, Bytes.EMPTY);
      network.time.advance(Duration.ofMillis(30));
    }
    network.time.advance(Duration.ofSeconds(5));

    assertThat(received.values()).containsOnly(1);
    assertThat(received.size()).isGreaterThanOrEqualTo(news * 19 * 99 / 100);
  }

  /** A cut hits the mail itself, its answer, or neither. */
  @Test
  void largeMailArrivesOnceWhereverItsStreamBreaks() {
    List<StreamNode> cluster = cluster(2);
    Bytes large = Bytes.copyOf(new byte[Message.MAX_MAIL_OCTETS]);
    for (int broken = 0; broken < 8; broken++) {
      int first = network.frames;
      int at = first + broken;
      network.breaksAt = frame -> frame == at;
      for (int i = 0; i < 3; i++) {
        mail(cluster.get(0), cluster.get(1), "large-" + broken + "-" + i, large);
        network.time.advance(Duration.ofMillis(1));
      }
      network.time.advance(Duration.ofSeconds(6));
    }

    assertThat(received).hasSize(24);
    assertThat(received.values()).containsOnly(1);
    assertThat(results.values()).containsOnly(List.of(""));
    assertThat(cluster).allSatisfy(node -> assertThat(node.openLinks()).isZero());
  }

  @Test
  void mailToANodeThatIsGoneFailsInTime() {
    List<StreamNode> cluster = cluster(3);
    cluster.get(1).kill();
    HostPort gone = cluster.get(1).address;

    mail(cluster.get(0), cluster.get(1), "small", Bytes.EMPTY);
    mail(cluster.get(0), cluster.get(1), "large", Bytes.copyOf(new byte[5000]));
    network.time.advance(Duration.ofSeconds(6));

    assertThat(received).isEmpty();
    assertThat(results)
        .containsEntry("small at " + gone, List.of("no answer within 5s"))
        .containsEntry("large at " + gone, List.of("no answer within 5s"));
  }
}
