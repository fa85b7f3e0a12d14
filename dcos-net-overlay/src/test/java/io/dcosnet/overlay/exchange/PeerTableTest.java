// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.exchange;

import static io.dcosnet.overlay.exchange.Peers.CONFIG;
import static io.dcosnet.overlay.exchange.Peers.entry;
import static io.dcosnet.overlay.exchange.Peers.id;
import static io.dcosnet.overlay.exchange.Peers.record;
import static io.dcosnet.overlay.exchange.Peers.table;
import static io.dcosnet.overlay.exchange.Peers.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.exchange.PeerTable.Stored;
import io.dcosnet.overlay.link.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerTableTest {

  private static List<String> codes(PeerTable table) {
    return table.rejections().stream().map(Rejection::code).toList();
  }

  private static AgentRecord changed(String ip, String vtep, Optional<String> vtep6) {
    return new AgentRecord(
        id(2),
        IpAddress.parse(ip),
        IpAddress.parse(vtep),
        vtep6.map(IpAddress::parse),
        record(2, 2, 2, 2).subnets());
  }

  private static AgentRecord owning(AgentSubnets subnets) {
    AgentRecord normal = record(2, 2, 2, 2);
    return new AgentRecord(
        normal.agent(), normal.ip(), normal.vtep(), normal.vtep6(), List.of(subnets));
  }

  @Test
  void anotherHostBecomesAPeerWithAllItsSubnets() {
    PeerTable table = with(table(), entry(2, 5));

    assertThat(table.peers())
        .containsExactly(
            new Peer(
                id(2),
                IpAddress.parse("192.0.2.2"),
                IpAddress.parse("44.128.0.2"),
                Optional.of(IpAddress.parse("fd01:a::2")),
                MacAddress.parse("70:b3:d5:80:00:02"),
                List.of(Cidr.parse("9.0.2.0/24"), Cidr.parse("fd01:b:0:0:2::/80"))));
    assertThat(table.rejections()).isEmpty();
  }

  @Test
  void theOwnEntryIsNoPeer() {
    assertThat(with(table(), entry(1, 5)).size()).isZero();
  }

  @Test
  void entriesThatCameBeforeTheOwnAssignmentCountOnceItIsThere() {
    PeerTable early = with(PeerTable.empty(id(1)), entry(2, 5));

    assertThat(early.size()).isZero();
    assertThat(early.scoped(Peers.scope(1)).peers()).extracting(Peer::agent).containsExactly(id(2));
  }

  @Test
  void aPeerThatMovesIsTheSamePeerAtItsNewAddress() {
    PeerTable table = with(with(table(), entry(2, 5)), entry(record(2, 77, 2, 2), 5));

    assertThat(table.peers()).extracting(Peer::ip).containsExactly(IpAddress.parse("192.0.2.77"));
  }

  @Test
  void aPeerWhoseEntryIsDeletedIsNone() {
    PeerTable table = with(table(), entry(2, 5)).without(OverlayKeys.peer(id(2)));

    assertThat(table.size()).isZero();
    assertThat(table.at(IpAddress.parse("9.0.2.7"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.2,   44.129.0.2,  fd01:a::2,      VTEP_OUTSIDE_POOL",
    "192.0.2.2,   44.128.0.0,  fd01:a::2,      VTEP_OUTSIDE_POOL",
    "192.0.2.2,   44.128.15.255, fd01:a::2,    VTEP_OUTSIDE_POOL",
    "192.0.2.2,   44.128.0.2,  fd01:c::2,      VTEP_OUTSIDE_POOL",
    "192.0.2.2,   44.128.0.2,  fd01:a::,       VTEP_OUTSIDE_POOL",
    "192.0.2.2,   44.128.0.2,  ::ffff:9.0.0.1, VTEP_OUTSIDE_POOL",
    "192.0.2.2,   44.128.0.1,  fd01:a::2,      OWN_VTEP",
    "192.0.2.2,   44.128.0.2,  fd01:a::1,      OWN_VTEP",
    "9.3.0.1,     44.128.0.2,  fd01:a::2,      AGENT_IP_IN_POOL",
    "44.128.0.77, 44.128.0.2,  fd01:a::2,      AGENT_IP_IN_POOL",
    "192.0.2.1,   44.128.0.2,  fd01:a::2,      OWN_AGENT_IP",
    "0.0.0.0,     44.128.0.2,  fd01:a::2,      BAD_AGENT_IP",
    "127.0.0.1,   44.128.0.2,  fd01:a::2,      BAD_AGENT_IP",
    "224.0.0.1,   44.128.0.2,  fd01:a::2,      BAD_AGENT_IP",
    "255.255.255.255, 44.128.0.2, fd01:a::2,   BAD_AGENT_IP",
    "::,          44.128.0.2,  fd01:a::2,      BAD_AGENT_IP",
    "2001:db8::2, 44.128.0.2,  fd01:a::2,      BAD_AGENT_IP",
    "::ffff:192.0.2.2, 44.128.0.2, fd01:a::2,  BAD_AGENT_IP"
  })
  void anAddressThatNoOtherHostCanHaveIsRefused(String ip, String vtep, String vtep6, String code) {
    PeerTable table = with(table(), entry(changed(ip, vtep, Optional.of(vtep6)), 5));

    assertThat(table.size()).isZero();
    assertThat(codes(table)).containsExactly(code);
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0/0,      SUBNET_OUTSIDE_OVERLAY",
    "9.0.0.0/8,      SUBNET_OUTSIDE_OVERLAY",
    "9.0.2.0/25,     SUBNET_OUTSIDE_OVERLAY",
    "192.0.2.0/24,   SUBNET_OUTSIDE_OVERLAY",
    "127.0.0.0/24,   SUBNET_OUTSIDE_OVERLAY",
    "10.0.2.0/24,    SUBNET_OUTSIDE_OVERLAY",
    "9.0.1.0/24,     OWN_SUBNET"
  })
  void aSubnetThatIsNoPieceOfItsOverlayIsRefused(String subnet, String code) {
    AgentRecord record =
        owning(new AgentSubnets("dcos", Optional.of(Cidr.parse(subnet)), Optional.empty()));

    PeerTable table = with(table(), entry(record, 5));

    assertThat(table.size()).isZero();
    assertThat(codes(table)).containsExactly(code);
  }

  @Test
  void aSubnetOfAFamilyThatItsOverlayHasNotIsRefused() {
    AgentRecord record =
        owning(new AgentSubnets("dcos", Optional.empty(), Optional.of(Cidr.parse("::/0"))));

    assertThat(codes(with(table(), entry(record, 5)))).containsExactly("SUBNET_OUTSIDE_OVERLAY");
  }

  @Test
  void macAddressesMustFollowFromTheVtepAndNotBeOurs() {
    AgentRecord record = record(2, 2, 2, 2);
    PeerTable own = with(table(), new PeerEntry(record, MacAddress.parse("70:b3:d5:80:00:01"), 5));
    PeerTable odd = with(table(), new PeerEntry(record, MacAddress.parse("02:00:00:00:00:02"), 5));

    assertThat(codes(own)).containsExactly("OWN_MAC");
    assertThat(codes(odd)).containsExactly("BAD_MAC");
    assertThat(own.size() + odd.size()).isZero();
  }

  @Test
  void anOverlayThatIsNotKnownHereYetLeavesTheOthersInPlace() {
    AgentRecord normal = record(2, 2, 2, 2);
    List<AgentSubnets> more = new ArrayList<>(normal.subnets());
    more.add(new AgentSubnets("later", Optional.of(Cidr.parse("10.0.0.0/24")), Optional.empty()));
    PeerTable table =
        with(
            table(),
            entry(
                new AgentRecord(normal.agent(), normal.ip(), normal.vtep(), normal.vtep6(), more),
                5));
    NetworkConfig newer =
        CONFIG.toBuilder()
            .overlay("later", overlay -> overlay.subnet(Cidr.parse("10.0.0.0/8"), 24))
            .build();

    assertThat(codes(table)).containsExactly("UNKNOWN_OVERLAY");
    assertThat(table.peer(id(2)).orElseThrow().subnets()).hasSize(2);

    PeerTable later =
        table.scoped(PeerScope.of(new Assignment(record(1, 1, 1, 1), newer, 2), Peers.ip(1)));

    assertThat(later.rejections()).isEmpty();
    assertThat(later.peer(id(2)).orElseThrow().subnets()).contains(Cidr.parse("10.0.0.0/24"));
  }

  @Test
  void aRefusedEntryHidesNoOtherAndIsForgottenOnceItIsRight() {
    PeerTable before = with(table(), entry(3, 5));
    PeerTable table = with(before, entry(changed("9.0.0.9", "44.128.0.2", Optional.empty()), 5));

    assertThat(table.peers()).extracting(Peer::agent).containsExactly(id(3));
    assertThat(table.rejectionsSince(before))
        .extracting(Rejection::code)
        .containsExactly("AGENT_IP_IN_POOL");
    assertThat(with(table, entry(2, 6)).rejections()).isEmpty();
  }

  @Test
  void whatCannotBeReadIsRefusedAndLeavesWhatTheSameAgentSaidBefore() {
    String key = OverlayKeys.peer(id(2));
    PeerTable table = with(table(), entry(2, 5)).with(key, Bytes.utf8("{}"), id(2));

    assertThat(codes(table)).containsExactly("UNREADABLE");
    assertThat(table.peers()).extracting(Peer::agent).containsExactly(id(2));
    assertThat(codes(table.scoped(new PeerScope(CONFIG, record(1, 1, 1, 1), Peers.ip(99)))))
        .containsExactly("UNREADABLE");
    assertThat(with(table, entry(2, 5)).rejections()).isEmpty();
    assertThat(table.without(key).rejections()).isEmpty();
    assertThat(table.without(key).size()).isZero();
  }

  @Test
  void anEntryThatSomebodyWroteOverCutsNobodyOff() {
    PeerTable table =
        with(table(), entry(2, 5)).with(OverlayKeys.peer(id(2)), entry(3, 9).encode(), id(3));

    assertThat(codes(table)).containsExactly("FOREIGN_WRITER");
    assertThat(table.peers()).extracting(Peer::agent).containsExactly(id(2));
  }

  @Test
  void keysThatAreNoneAreRefusedOnTheirOwn() {
    PeerTable table =
        with(table(), entry(2, 5))
            .with("overlay/peer/x", Bytes.EMPTY, id(2))
            .with("overlay/gone/x", Bytes.EMPTY, id(2))
            .with("overlay/lease/x", Bytes.EMPTY, id(2));

    assertThat(codes(table)).containsExactlyInAnyOrder("UNREADABLE", "UNREADABLE");
    assertThat(table.size()).isEqualTo(1);
    assertThat(table.without("overlay/peer/x").without("overlay/gone/x").rejections()).isEmpty();
  }

  @Test
  void nobodyWritesForAnother() {
    PeerTable table =
        table()
            .with(OverlayKeys.peer(id(2)), entry(2, 5).encode(), id(3))
            .with(OverlayKeys.gone(id(4), id(5)), new Withdrawal(9).encode(), id(3));

    assertThat(codes(table)).containsExactlyInAnyOrder("FOREIGN_WRITER", "FOREIGN_WRITER");
    assertThat(with(table, entry(4, 5)).peers()).extracting(Peer::agent).containsExactly(id(4));
  }

  @ParameterizedTest
  @CsvSource({"2, 3, 3", "3, 2, 3", "3, 3, 2"})
  void ofTwoWithOneSubnetTheGreaterRevisionHasIt(int ip, int vtep, int subnet) {
    PeerTable older = with(table(), entry(2, 5));
    PeerEntry newer = entry(record(3, ip, vtep, subnet), 6);

    PeerTable table = with(older, newer);

    assertThat(table.peers()).extracting(Peer::agent).containsExactly(id(3));
    assertThat(codes(table)).containsOnly("SUPERSEDED");
    assertThat(with(with(table(), newer), entry(2, 5)).peers()).isEqualTo(table.peers());
  }

  @Test
  void ofTwoWithOneSubnetByTheSameRevisionTheFirstStaysAndTheOtherIsAnAlarm() {
    PeerEntry second = entry(record(3, 3, 3, 2), 5);

    PeerTable table = with(with(table(), entry(2, 5)), second);

    assertThat(table.peers()).extracting(Peer::agent).containsExactly(id(2));
    assertThat(codes(table)).containsOnly("CONFLICT");
    assertThat(table.scoped(new PeerScope(CONFIG, record(1, 1, 1, 1), Peers.ip(99))).peers())
        .isEqualTo(table.peers());
  }

  @Test
  void whoLostComesBackWhenTheWinnerGoes() {
    PeerTable table = with(with(table(), entry(2, 5)), entry(record(3, 3, 3, 2), 6));

    PeerTable after = table.without(OverlayKeys.peer(id(3)));

    assertThat(after.peers()).extracting(Peer::agent).containsExactly(id(2));
    assertThat(after.rejections()).isEmpty();
  }

  @Test
  void aWithdrawnAgentIsNoneUntilItHasSomethingNewer() {
    String gone = OverlayKeys.gone(id(2), id(9));
    PeerTable table = with(table(), entry(2, 5)).with(gone, new Withdrawal(7).encode(), id(9));

    assertThat(table.size()).isZero();
    assertThat(with(table, entry(2, 7)).size()).isZero();
    assertThat(with(table, entry(2, 8)).peers()).extracting(Peer::agent).containsExactly(id(2));
    assertThat(table.without(gone).size()).isEqualTo(1);
  }

  @Test
  void aWithdrawalThatComesFirstCountsToo() {
    PeerTable table =
        table().with(OverlayKeys.gone(id(2), id(9)), new Withdrawal(7).encode(), id(9));

    assertThat(with(table, entry(2, 5)).size()).isZero();
  }

  @Test
  void ofTwoMastersTheNewerWithdrawalCounts() {
    PeerTable table =
        table()
            .with(OverlayKeys.gone(id(1), id(8)), new Withdrawal(7).encode(), id(8))
            .with(OverlayKeys.gone(id(1), id(9)), new Withdrawal(4).encode(), id(9));

    assertThat(table.ownWithdrawal()).hasValue(7);
    assertThat(table().ownWithdrawal()).isEmpty();
  }

  @Test
  void whatIsRememberedCountsUntilTheStoreTellsOrItsTimeIsOver() {
    PeerTable table = table().remembering(entry(2, 5)).remembering(entry(3, 5));

    PeerTable told =
        table.of(Map.of(OverlayKeys.peer(id(2)), new Stored(entry(2, 6).encode(), id(2))));

    assertThat(told.peers()).extracting(Peer::agent).containsExactly(id(2), id(3));
    assertThat(told.remembered()).isEqualTo(1);
    assertThat(told.withoutRemembered().peers()).extracting(Peer::agent).containsExactly(id(2));
    assertThat(told.remembering(entry(2, 5))).returns(6L, one -> one.entries().get(0).revision());
  }

  @Test
  void aSnapshotReplacesEverythingThatTheStoreTold() {
    PeerTable table =
        with(with(table(), entry(2, 5)), entry(3, 5))
            .with("overlay/peer/x", Bytes.EMPTY, id(2))
            .with(OverlayKeys.gone(id(4), id(9)), new Withdrawal(7).encode(), id(9));

    PeerTable after =
        table.of(
            Map.of(
                OverlayKeys.peer(id(3)), new Stored(entry(3, 5).encode(), id(3)),
                OverlayKeys.peer(id(4)), new Stored(entry(4, 5).encode(), id(4))));

    assertThat(after.peers()).extracting(Peer::agent).containsExactly(id(3), id(4));
    assertThat(after.rejections()).isEmpty();
  }

  @Test
  void anAddressIsFoundByWhoHasIt() {
    PeerTable table = with(table(), entry(2, 5));

    assertThat(List.of("192.0.2.2", "44.128.0.2", "fd01:a::2", "9.0.2.200", "fd01:b:0:0:2::9"))
        .allSatisfy(
            text -> assertThat(table.at(IpAddress.parse(text))).map(Peer::agent).contains(id(2)));
    assertThat(table.at(IpAddress.parse("9.0.3.1"))).isEmpty();
  }
}
