// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ClaimedAddressesTest {

  private static final AddressRange FOUR = AddressRange.of("11.0.0.0", "11.0.0.3");
  private static final NodeId ONE = new NodeId(new UUID(0, 1));
  private static final NodeId TWO = new NodeId(new UUID(0, 2));

  private final ClaimedAddresses book = new ClaimedAddresses(FOUR, name -> FOUR.first());

  @Test
  void givesTheHashAddressAtOnceWhereNobodyHasClaimedAnything() {
    come("b");
    assertThat(book.address("b")).hasToString("11.0.0.0");
    assertThat(book.owner(ip(0))).isEqualTo("b");
    assertThat(book.collisions()).isZero();
  }

  @Test
  void sendsANameOnFromAnAddressThatIsClaimed() {
    tell(ONE, "b", 0, 100);
    come("a");
    assertThat(book.address("a")).hasToString("11.0.0.1");
    assertThat(book.address("b")).as("away, and will come back to it").hasToString("11.0.0.0");
    assertThat(book.collisions()).isEqualTo(1);
  }

  @Test
  void letsTheOlderClaimWinThenTheLesserName() {
    come("a", "b", "c");
    tell(ONE, "b", 3, 100);
    tell(TWO, "a", 3, 200);
    update();
    assertThat(book.owner(ip(3))).isEqualTo("b");
    tell(TWO, "a", 3, 100);
    assertThat(update()).contains("a", "b");
    assertThat(book.owner(ip(3))).isEqualTo("a");
    assertThat(book.address("b")).hasToString("11.0.0.0");
  }

  @Test
  void believesANameItsNewestClaimOnly() {
    come("a");
    tell(ONE, "a", 1, 100);
    tell(TWO, "a", 2, 200);
    update();
    assertThat(book.address("a")).hasToString("11.0.0.2");
    assertThat(book.owner(ip(1))).isNull();
  }

  @Test
  void takesTheEarliestTimeOfSeveralNodesWithTheSameClaim() {
    come("a", "b");
    tell(ONE, "b", 0, 100);
    tell(TWO, "b", 0, 300);
    NodeId three = new NodeId(new UUID(0, 3));
    tell(three, "a", 0, 200);
    update();
    assertThat(book.owner(ip(0))).isEqualTo("b");
    assertThat(book.keeper("b", ip(0), three)).isEqualTo(ONE);
    assertThat(book.keeper("b", ip(0), ONE)).isEqualTo(TWO);
  }

  @Test
  void prefersWhoIsThereToWhoIsAway() {
    tell(ONE, "a", 0, 100);
    tell(TWO, "b", 0, 200);
    come("b");
    assertThat(book.address("b")).hasToString("11.0.0.0");
    come("a");
    assertThat(book.address("a")).hasToString("11.0.0.0");
    assertThat(book.address("b")).hasToString("11.0.0.1");
  }

  @Test
  void letsAnAddressVipBeatAClaimAndSaysSo() {
    come("a");
    tell(ONE, "a", 0, 100);
    update();
    assertThat(book.update(List.of(), List.of(), List.of(ip(0)), List.of())).containsExactly("a");
    assertThat(book.address("a")).hasToString("11.0.0.1");
    assertThat(book.owner(ip(0))).isNull();
    assertThat(book.overruled()).containsEntry("a", ip(0));
    tell(ONE, "a", 1, 200);
    update();
    assertThat(book.overruled()).isEmpty();
    assertThat(book.update(List.of(), List.of(), List.of(), List.of(ip(0)))).isEmpty();
    assertThat(book.address("a")).hasToString("11.0.0.1");
  }

  @Test
  void leavesOnlyTheNameThatFindsTheRangeFullWithoutAddress() {
    come("a", "b", "c", "d", "e");
    assertThat(book.withoutAddress()).containsExactly("e");
    assertThat(book.address("d")).hasToString("11.0.0.3");
    assertThat(book.address("e")).isNull();
    assertThat(book.update(List.of(), List.of("b"), List.of(), List.of())).contains("e");
    assertThat(book.withoutAddress()).isEmpty();
  }

  @Test
  void givesTheAddressOfANameThatIsAwayToOneThatWouldHaveNone() {
    for (int i = 0; i < 4; i++) {
      tell(ONE, "away" + i, i, 100 + i);
    }
    come("a");
    assertThat(book.address("a")).hasToString("11.0.0.0");
    tell(TWO, "a", 0, 500);
    update();
    assertThat(book.owner(ip(0))).isEqualTo("a");
    come("away0");
    assertThat(book.address("away0")).as("the older claim").hasToString("11.0.0.0");
    assertThat(book.address("a")).hasToString("11.0.0.1");
  }

  @Test
  void ignoresClaimsAndAddressVipsOutsideTheRange() {
    come("a");
    book.tell(IpAddress.parse("1.2.3.4"), ONE, claim("a", "1.2.3.4", 5), true);
    IpAddress far = IpAddress.parse("192.0.2.1");
    book.update(List.of(), List.of(), List.of(far), List.of());
    assertThat(book.address("a")).hasToString("11.0.0.0");
  }

  @Test
  void forgetsClaimsThatAreTakenBack() {
    tell(ONE, "b", 0, 100);
    come("a");
    book.tell(ip(0), ONE, null, false);
    assertThat(update()).containsExactly("a", "b");
    assertThat(book.address("a")).hasToString("11.0.0.0");
    assertThat(book.address("b")).isNull();
    assertThat(update()).isEmpty();
  }

  private void come(String... names) {
    book.update(List.of(names), List.of(), List.of(), List.of());
  }

  private Set<String> update() {
    return book.update(List.of(), List.of(), List.of(), List.of());
  }

  private void tell(NodeId writer, String name, int last, long since) {
    book.tell(ip(last), writer, new NameClaim(name, ip(last), since), true);
  }

  private static NameClaim claim(String name, String address, long since) {
    return new NameClaim(name, IpAddress.parse(address), since);
  }

  private static IpAddress ip(int last) {
    return IpAddress.parse("11.0.0." + last);
  }
}
