// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static io.dcosnet.overlay.MasterRig.CONFIG;
import static io.dcosnet.overlay.MasterRig.assigned;
import static io.dcosnet.overlay.MasterRig.code;
import static io.dcosnet.overlay.MasterRig.heartbeat;
import static io.dcosnet.overlay.MasterRig.id;
import static io.dcosnet.overlay.MasterRig.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.exchange.OverlayKeys;
import io.dcosnet.overlay.exchange.PeerEntry;
import io.dcosnet.overlay.link.Assignment;
import io.dcosnet.overlay.link.RegisterAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The store is lost, and hosts that live on cannot reach the master while it listens. */
class UnheardHostsTest {

  private final MasterRig rig = new MasterRig();

  @AfterEach
  void close() {
    rig.close();
  }

  /** Hosts that have told each other what they have. */
  private List<Assignment> cluster(OverlayMaster master, int agents) {
    List<Assignment> held = new ArrayList<>();
    for (int i = 1; i <= agents; i++) {
      held.add(publish(rig.assigned(master, i)));
    }
    return held;
  }

  private Assignment publish(Assignment held) {
    NodeId agent = held.record().agent();
    write(agent, agent, PeerEntry.of(held, held.record().ip()).encode());
    return held;
  }

  private void write(NodeId writer, NodeId agent, Bytes value) {
    rig.done(rig.hosts.forNode(writer).put(OverlayKeys.peer(agent), value));
  }

  private OverlayMaster withoutStore(OverlayMaster former) {
    rig.stop(former);
    rig.loseStore();
    return rig.leading(CONFIG);
  }

  private void pass() {
    rig.time.advance(NetworkConfig.DEFAULT_QUORUM_WAIT);
  }

  private static IpAddress vtep(Assignment held) {
    return held.record().vtep();
  }

  @Test
  void whatTheyToldEachOtherIsGivenToNobodyElse() {
    OverlayMaster first = rig.open();
    List<Assignment> held = cluster(first, 4);
    OverlayMaster master = withoutStore(first);
    rig.register(master, heartbeat(held.get(3)));
    pass();

    assertThat(rig.assigned(master, 9).record().vtep()).hasToString("44.128.0.5");
    for (Assignment one : held) {
      assertThat(code(rig.register(master, heartbeat(one)))).isEqualTo("Unchanged");
    }
    assertThat(master.status().disputes()).isEmpty();
    assertThat(master.verify().orElseThrow()).isEmpty();
  }

  @Test
  void aHostThatLostItsDiskMeanwhileHasTheSameAgain() {
    OverlayMaster first = rig.open();
    Assignment held = cluster(first, 2).get(1);
    OverlayMaster master = withoutStore(first);
    rig.register(master, 2);
    pass();

    assertThat(rig.assigned(master, 2).record()).isEqualTo(held.record());
  }

  @Test
  void whatWasWithdrawnIsFree() {
    OverlayMaster first = rig.open();
    cluster(first, 2);
    rig.remove(first, 1);
    OverlayMaster master = withoutStore(first);
    pass();

    assertThat(rig.assigned(master, 9).record().vtep()).hasToString("44.128.0.1");
    assertThat(master.status().disputes()).isEmpty();
  }

  @Test
  void whatOthersSayOfThemOrNobodyCanReadCountsForNothing() {
    OverlayMaster first = rig.open();
    Assignment one = rig.assigned(first, 1);
    write(id(7), id(1), PeerEntry.of(one, ip(1)).encode());
    write(id(2), id(2), Bytes.utf8("?"));
    OverlayMaster master = withoutStore(first);
    pass();

    assertThat(rig.assigned(master, 9).record().vtep()).isEqualTo(vtep(one));
  }

  @Test
  void whatWasToldFromAnAddressOfNoHostIsGivenToNobodyElse() {
    OverlayMaster first = rig.open();
    Assignment one = rig.assigned(first, 1);
    Assignment two = rig.assigned(first, 2);
    write(id(1), id(1), PeerEntry.of(one, IpAddress.parse("9.0.0.7")).encode());
    OverlayMaster master = withoutStore(first);
    rig.register(master, heartbeat(two, IpAddress.parse("44.128.0.9")));
    pass();

    assertThat(rig.assigned(master, 9).record().vtep()).hasToString("44.128.0.3");
    assertThat(master.status().disputes())
        .extracting(dispute -> dispute.reason().substring(0, 16))
        .containsExactly("AGENT_IP_IN_POOL", "AGENT_IP_IN_POOL");
    assertThat(code(rig.register(master, heartbeat(one)))).isEqualTo("Unchanged");
    assertThat(code(rig.register(master, heartbeat(two)))).isEqualTo("Unchanged");
    assertThat(master.status().disputes()).isEmpty();
  }

  @Test
  void whoeverHasItLaterHasItAndTheOneBeforeIsForgotten() {
    OverlayMaster first = rig.open();
    Assignment before = publish(rig.assigned(first, 1));
    AgentRecord record = before.record();
    AgentRecord heir =
        new AgentRecord(id(7), ip(1), record.vtep(), record.vtep6(), record.subnets());
    Assignment after = new Assignment(heir, before.config(), before.revision() + 3);
    OverlayMaster master = withoutStore(first);
    rig.register(master, heartbeat(after));
    pass();

    assertThat(code(rig.register(master, heartbeat(after)))).isEqualTo("Unchanged");
    assertThat(master.status().disputes()).isEmpty();
  }

  @Test
  void whatContradictsAnEarlierOneThatWasHeardIsForAPersonToDecide() {
    OverlayMaster first = rig.open();
    Assignment before = rig.assigned(first, 1);
    AgentRecord record = before.record();
    AgentRecord heir =
        new AgentRecord(id(7), ip(7), record.vtep(), record.vtep6(), record.subnets());
    publish(new Assignment(heir, before.config(), before.revision() + 3));
    OverlayMaster master = withoutStore(first);
    rig.register(master, heartbeat(before));
    pass();

    assertThat(code(rig.register(master, heartbeat(before)))).isEqualTo("refused CLAIM_DISPUTED");
    assertThat(master.status().disputes()).hasSize(2);
  }

  @Test
  void aDeletedAgentThatComesBackAfterwardsBeginsAnew() {
    OverlayMaster first = rig.open();
    List<Assignment> held = cluster(first, 2);
    rig.remove(first, 1);
    OverlayMaster master = withoutStore(first);
    rig.register(master, heartbeat(held.get(0)));
    rig.register(master, heartbeat(held.get(1)));
    pass();
    assertThat(rig.assigned(master, 9).record().vtep()).isEqualTo(vtep(held.get(0)));

    Assignment anew = assigned(rig.register(master, heartbeat(held.get(0))));

    assertThat(anew.record().vtep()).hasToString("44.128.0.3");
    assertThat(master.status().disputes()).isEmpty();
  }

  @Test
  void listeningAgainWhileListeningForgetsNothing() {
    OverlayMaster first = rig.open();
    Assignment one = rig.assigned(first, 1);
    OverlayMaster master = withoutStore(first);
    rig.register(master, heartbeat(one));
    rig.time.advance(Duration.ofSeconds(60));
    rig.done(master.rebuild());
    assertThat(master.status().claims()).isEqualTo(1);
    rig.time.advance(Duration.ofSeconds(60));

    assertThat(rig.assigned(master, 9).record().vtep()).hasToString("44.128.0.2");
  }

  @Test
  void nonsenseHeardByOneMasterKeepsTheNextTermFromNothing() {
    OverlayMaster master = rig.open();
    Assignment one = rig.assigned(master, 1);
    rig.register(master, heartbeat(new Assignment(one.record(), one.config(), 1_000_000)));
    pass();
    assertThat(master.status().isServing()).isTrue();
    rig.store.fates.add(FaultyStore.Fate.UNKNOWN_WRITTEN);
    var unused = master.register(heartbeat(one, ip(11))); // the write that ends the term
    rig.time.advance(Duration.ofSeconds(20));
    assertThat(master.status().isServing()).isTrue();

    RegisterAnswer ahead =
        rig.register(
            master, heartbeat(new Assignment(one.record(), one.config(), 1L << 40), ip(11)));

    assertThat(code(ahead)).isEqualTo("later BEHIND");
    assertThat(code(rig.register(master, 9))).isEqualTo("later RECOVERING");
  }
}
