// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.store.Cell;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.DotClock;
import io.dcosnet.gossip.store.KeyState;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.wire.OctetWriter;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class ExchangeFaultsTest {

  private final ReplicaNet net = new ReplicaNet(1, StoreSettings.lan());
  private final ReplicaNode a;
  private final ReplicaNode b;

  ExchangeFaultsTest() {
    net.onlyExchanges = true;
    a = net.node();
    b = net.node();
    a.start();
    b.start();
  }

  private long dropped(ReplicaNode node, String reason) {
    return node.metrics.count("dcosnet.gossip.kv.dropped", "reason", reason);
  }

  private static long repairs(ReplicaNode node) {
    return node.metrics.count("dcosnet.gossip.kv.audit.repairs");
  }

  private static long ended(ReplicaNode node, String kind, String result) {
    return node.metrics.count("dcosnet.gossip.kv.sync", "kind", kind, "result", result);
  }

  private void alike() {
    assertThat(net.within(Duration.ofMinutes(2), net::allAlike)).isTrue();
  }

  @Test
  void whatOneSideLostUnderEqualClocksIsRepairedAndCounted() {
    for (int i = 0; i < 500; i++) {
      a.put("k/" + i, "v" + i);
    }
    alike();
    b.state().join(new KeyState("k/7", Cell.EMPTY), dot -> true);
    assertThat(b.state().clock()).isEqualTo(a.state().clock());
    assertThat(net.allAlike()).isFalse();
    alike();
    assertThat(a.get("k/7")).isNull();
    assertThat(a.state().keys()).isEqualTo(499);
    assertThat(repairs(a) + repairs(b)).isEqualTo(1);
  }

  @Test
  void aDifferenceThatAnExchangeLeavesIsFoundInTheSameOne() {
    a.put("k/1", "1");
    a.put("k/2", "2");
    alike();
    b.state().join(new KeyState("k/1", Cell.EMPTY), dot -> true);
    a.put("k/3", "3");
    net.time.advance(Duration.ofSeconds(4)); // past the exchanges of the start
    long before = ended(a, "answer", "different") + ended(b, "answer", "different");
    a.replica().exchanges.soon();
    net.time.advance(Duration.ofMillis(200));
    assertThat(net.allAlike()).isTrue();
    assertThat(ended(a, "answer", "different") + ended(b, "answer", "different"))
        .isLessThanOrEqualTo(before + 1);
    assertThat(repairs(a) + repairs(b)).isEqualTo(1);
  }

  @Test
  void anAuditOfEqualStoresFindsNothing() {
    for (int i = 0; i < 500; i++) {
      a.put("k/" + i, "v" + i);
    }
    net.time.advance(Duration.ofMinutes(25));
    assertThat(net.allAlike()).isTrue();
    assertThat(net.messages.get(StoreMessage.EXCHANGE)).isPositive();
    assertThat(repairs(a) + repairs(b)).isZero();
    assertThat(net.octets.get(StoreMessage.EXCHANGE)).isGreaterThan(8 * 256);
  }

  @Test
  void largeClocksAreComparedByDigests() {
    for (int i = 0; i < 3000; i++) {
      Dot dot = new Dot(new ReplicaId(new NodeId(new UUID(7, i)), 1), 1);
      DotClock gone = new DotClock();
      gone.add(dot);
      a.state().caughtUp(gone);
      b.state().caughtUp(gone);
    }
    b.put("warm", "1");
    alike();
    long before = net.allOctets();
    a.put("k", "v");
    b.put("l", "w");
    alike();
    assertThat(net.allOctets() - before).isLessThan(5_000);
    assertThat(b.get("k")).isEqualTo("v");
    assertThat(a.get("l")).isEqualTo("w");
    assertThat(b.state().clock()).isEqualTo(a.state().clock());
  }

  @Test
  void bothMayBeginAtOnce() {
    for (int i = 0; i < 50; i++) {
      a.put("a/" + i, "1");
      b.put("b/" + i, "1");
      a.replica().exchanges.soon();
      b.replica().exchanges.soon();
      assertThat(net.within(Duration.ofSeconds(2), net::allAlike)).as("round " + i).isTrue();
    }
  }

  @Test
  void moreThanAFewAtATimeAreToldToComeLater() {
    for (int i = 0; i < 2000; i++) {
      a.put("k/" + i, Bytes.copyOf(new byte[1000]));
    }
    net.mostDelay = Duration.ofMillis(50);
    net.nodes(30);
    assertThat(net.within(Duration.ofSeconds(60), net::allAlike)).isTrue();
    long busy = 0;
    for (ReplicaNode node : net.nodes) {
      busy += ended(node, "start", "busy") + ended(node, "missing", "busy");
    }
    assertThat(busy).isPositive();
  }

  @Test
  void aMemberWhoseDigestDiffersForLongIsAskedAtOnce() {
    a.put("k", "v");
    alike();
    net.time.advance(Duration.ofSeconds(30));
    b.put("l", "w");
    long end = net.time.nanos() + Duration.ofSeconds(4).toNanos();
    while (net.time.nanos() < end && a.get("l") == null) {
      a.replica().digestSeen(b.id, b.replica().digest());
      net.time.advance(Duration.ofMillis(500));
    }
    assertThat(a.get("l")).isEqualTo("w");
  }

  @Test
  void silenceEndsAnExchange() {
    int link = a.open(b.id);
    net.time.advance(Duration.ofSeconds(1));
    a.put("k", "v");
    // Says how it begins, by hand, and then no more.
    a.write(link, Steps.Summary.of(a.state(), false).toMessage());
    net.time.advance(Duration.ofSeconds(30));
    assertThat(dropped(b, "stalled")).isEqualTo(1);
    alike();
  }

  @Test
  void whatCannotBeReadEndsTheExchangeAndNothingElse() {
    Random random = new Random(3);
    a.put("k", "v");
    alike();
    int malformed = 0;
    for (int i = 0; i < 2000; i++) {
      int link = a.open(b.id);
      net.time.advance(Duration.ofMillis(10));
      if (random.nextInt(20) == 0) {
        a.write(link, new StoreMessage(StoreMessage.SUMMARY, octets(random, 40)));
      } else {
        a.write(
            link,
            new Steps.Summary(random.nextInt(4) == 0, true, random.nextLong(), 1, 1, 1)
                .toMessage());
        for (int step = 0; step < 3; step++) {
          OctetWriter out = Steps.begin(1 + random.nextInt(15), 100);
          Bytes rest = octets(random, random.nextInt(80));
          out.raw(rest, 0, rest.size());
          a.write(link, Steps.message(out));
        }
      }
      net.time.advance(Duration.ofMillis(10));
      a.close(link);
      malformed++;
    }
    net.time.advance(Duration.ofSeconds(30));
    assertThat(dropped(b, "malformed") + dropped(b, "order") + dropped(b, "size"))
        .isGreaterThan(malformed / 2);
    assertThat(b.get("k")).isEqualTo("v");
    a.put("k", "w");
    alike();
    assertThat(b.get("k")).isEqualTo("w");
  }

  private static Bytes octets(Random random, int count) {
    byte[] octets = new byte[count];
    random.nextBytes(octets);
    return Bytes.copyOf(octets);
  }
}
