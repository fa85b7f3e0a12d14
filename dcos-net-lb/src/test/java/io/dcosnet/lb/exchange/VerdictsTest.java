// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class VerdictsTest {

  private static final NodeId ONE = new NodeId(new UUID(0, 1));
  private static final NodeId TWO = new NodeId(new UUID(0, 2));
  private static final Place WEB =
      new Place(VipKey.named(Protocol.TCP, "web.marathon", 80), HostPort.parse("192.0.2.1:31000"));
  private static final String KEY = "lb/ejected/tcp:web.marathon:80/192.0.2.1:31000/";

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final LocalStore store = LocalStore.of(ONE, time, metrics);
  private final List<Set<Place>> told = new ArrayList<>();
  private Verdicts one = opened(store);
  private final Verdicts two = opened(store.forNode(TWO));

  @Test
  void tellsAllWhatANodeSays() {
    one.say(WEB, false);
    two.say(WEB, true);
    time.runReady();
    assertThat(store.view("lb/ejected/")).containsOnlyKeys(KEY + ONE, KEY + TWO);
    for (Verdicts each : List.of(one, two)) {
      assertThat(each.saying(WEB, false)).containsExactly(ONE);
      assertThat(each.saying(WEB, true)).containsExactly(TWO);
      assertThat(each.places()).containsExactly(WEB);
    }
    one.say(WEB, null);
    time.advance(Duration.ofSeconds(1));
    assertThat(store.view("lb/ejected/")).containsOnlyKeys(KEY + TWO);
    assertThat(two.saying(WEB, false)).isEmpty();
    assertThat(told).last().isEqualTo(Set.of(WEB));
  }

  @Test
  void writesOnlyChangesAndAtMostOneRoundASecond() {
    one.say(WEB, false);
    time.runReady();
    assertThat(writes()).isEqualTo(1);
    for (int i = 0; i < 50; i++) {
      one.say(WEB, i % 2 == 0 ? null : Boolean.FALSE);
      time.advance(Duration.ofMillis(10));
    }
    time.advance(Duration.ofSeconds(1));
    assertThat(writes()).as("in the end it says the same").isEqualTo(1);
    time.advance(Duration.ofSeconds(1));
    one.say(WEB, true);
    time.runReady();
    one.say(WEB, null);
    time.advance(Duration.ofMillis(999));
    assertThat(writes()).isEqualTo(2);
    time.advance(Duration.ofMillis(1));
    assertThat(writes()).isEqualTo(3);
  }

  @Test
  void countsTheWordsOfLivingNodesOnly() {
    one.say(WEB, false);
    time.runReady();
    for (OwnerState state : OwnerState.values()) {
      store.ownerState(ONE, state);
      time.runReady();
      assertThat(two.saying(WEB, false)).hasSize(state.lives() ? 1 : 0);
    }
  }

  @Test
  void takesBackWhatAnEarlierRunSaidAndSaysNoMore() {
    one.say(WEB, false);
    time.runReady();
    Verdicts before = one;
    one = opened(store);
    time.advance(Duration.ofSeconds(1));
    assertThat(store.view("lb/ejected/")).isEmpty();
    assertThat(before.saying(WEB, false)).isEmpty();
  }

  @Test
  void takesEverythingBackWhenItEnds() {
    one.say(WEB, false);
    time.runReady();
    one.close();
    time.advance(Duration.ofSeconds(5));
    assertThat(store.view("lb/ejected/")).isEmpty();
    one.say(WEB, false);
    time.advance(Duration.ofSeconds(5));
    assertThat(store.view("lb/ejected/")).isEmpty();
  }

  @Test
  void skipsAndCountsWhatItCannotRead() {
    one.say(WEB, false);
    time.runReady();
    store.put("lb/ejected/x", Bytes.utf8("{}"));
    store.forNode(TWO).put(KEY + TWO, Bytes.utf8("{\"good\":\"yes\"}"));
    store.put(KEY + ONE, Bytes.utf8("no"));
    time.runReady();
    assertThat(two.saying(WEB, false)).isEmpty();
    assertThat(metrics.count("dcosnet.lb.exchange.unreadable")).isEqualTo(6);
  }

  @Test
  void believesNobodyWhoSpeaksForAnother() {
    store.put(KEY + TWO, new VerdictEntry(false, 1).encode());
    time.runReady();
    assertThat(one.saying(WEB, false)).isEmpty();
  }

  @Test
  void tellsABoundedNumber() {
    for (int i = 0; i <= Verdicts.MAX_TOLD; i++) {
      one.say(place(i + 1), false);
    }
    assertThat(one.said()).hasSize(Verdicts.MAX_TOLD);
    assertThat(metrics.count("dcosnet.lb.rejected", "reason", "VERDICT_TOO_MANY")).isEqualTo(1);
  }

  @Test
  void takesWhatFoundNoRoomWhenThereIsSome() {
    Verdicts small =
        new Verdicts(Verdicts.EJECTED, store, time, new LbMetrics(metrics), told::add, 10);
    small.open();
    for (int i = 1; i <= 15; i++) {
      one.say(place(i), false);
    }
    time.advance(Duration.ofSeconds(2));
    assertThat(small.places()).hasSize(10);
    assertThat(metrics.count("dcosnet.lb.rejected", "reason", "VERDICT_TOO_MANY")).isEqualTo(5);
    List<Place> known = List.copyOf(small.places());
    for (int i = 0; i < 7; i++) {
      one.say(known.get(i), null);
    }
    time.advance(Duration.ofSeconds(3));
    assertThat(small.places()).hasSize(8).isEqualTo(two.places());
    assertThat(told).last().isEqualTo(small.places());
    assertThat(metrics.count("dcosnet.lb.rejected", "reason", "VERDICT_TOO_MANY")).isEqualTo(5);
  }

  @Test
  void readsEntriesOfNewerVersions() {
    VerdictEntry entry = new VerdictEntry(true, 1234);
    assertThat(VerdictEntry.decode(entry.encode())).isEqualTo(entry);
    assertThat(
            VerdictEntry.decode(
                Bytes.utf8("{\"v\":9,\"why\":{\"a\":[1]},\"good\":false,\"since\":5}")))
        .isEqualTo(new VerdictEntry(false, 5));
    for (String bad : List.of("", "[]", "{", "{}", "{\"good\":1}", "{\"good\":null}")) {
      assertThatThrownBy(() -> VerdictEntry.decode(Bytes.utf8(bad)))
          .as(bad)
          .isInstanceOf(DecodeException.class);
    }
  }

  private Verdicts opened(LocalStore of) {
    Verdicts verdicts = new Verdicts(Verdicts.EJECTED, of, time, new LbMetrics(metrics), told::add);
    verdicts.open();
    time.runReady();
    return verdicts;
  }

  private static Place place(int port) {
    return new Place(WEB.key(), new HostPort(WEB.endpoint().address(), port));
  }

  private long writes() {
    return metrics.count("dcosnet.lb.exchange.writes");
  }
}
