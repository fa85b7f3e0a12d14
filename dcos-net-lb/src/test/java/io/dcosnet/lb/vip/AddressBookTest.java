// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AddressBookTest {

  private static final AddressRange FOUR = AddressRange.of("11.0.0.0", "11.0.0.3");
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final AddressBook<String> book =
      new AddressBook<>(
          FOUR, name -> FOUR.first(), Duration.ofSeconds(600), Duration.ofSeconds(60));

  @Test
  void sendsALaterNameOnToTheNextFreeAddress() {
    come(0, "b");
    come(0, "a");
    assertThat(book.address("b")).hasToString("11.0.0.0");
    assertThat(book.address("a")).hasToString("11.0.0.1");
    assertThat(book.owner(ip("11.0.0.1"))).isEqualTo("a");
    assertThat(book.collisions()).isEqualTo(1);
  }

  @Test
  void movesNobodyWhenOneGoes() {
    come(0, "a", "b", "c");
    go(1, "a");
    book.update(List.of(), List.of(), List.of(), List.of(), 1000 * SECOND);
    assertThat(book.address("a")).isNull();
    assertThat(book.address("b")).hasToString("11.0.0.1");
    assertThat(book.address("c")).hasToString("11.0.0.2");
  }

  @Test
  void keepsTheAddressOfANameThatComesBackWithinTheGrace() {
    come(0, "a", "b");
    go(SECOND, "a");
    come(600 * SECOND, "c");
    assertThat(book.address("c")).hasToString("11.0.0.2");
    come(600 * SECOND, "a");
    assertThat(book.address("a")).hasToString("11.0.0.0");
  }

  @Test
  void restsAnAddressBeforeSomebodyElseGetsIt() {
    come(0, "a");
    go(0, "a");
    come(600 * SECOND, "b");
    assertThat(book.address("b")).hasToString("11.0.0.1");
    come(661 * SECOND, "c");
    assertThat(book.address("c")).hasToString("11.0.0.0");
  }

  @Test
  void letsAnAddressVipBeatAName() {
    come(0, "a", "b");
    assertThat(book.update(List.of(), List.of(), List.of(ip("11.0.0.0")), List.of(), 0))
        .containsExactly("a");
    assertThat(book.address("a")).hasToString("11.0.0.2");
    assertThat(book.owner(ip("11.0.0.0"))).isNull();
    assertThat(book.update(List.of(), List.of(), List.of(), List.of(ip("11.0.0.0")), SECOND))
        .isEmpty();
    assertThat(book.address("a")).hasToString("11.0.0.2");
  }

  @Test
  void ignoresAddressVipsOutsideTheRange() {
    come(0, "a");
    book.update(List.of(), List.of(), List.of(ip("1.2.3.4"), ip("fd01::1")), List.of(), 0);
    come(0, "b", "c", "d");
    assertThat(book.withoutAddress()).isEmpty();
  }

  @Test
  void leavesOneNameWithoutWhenTheRangeIsFullAndServesItLater() {
    come(0, "a", "b", "c", "d");
    come(0, "e");
    assertThat(book.withoutAddress()).containsExactly("e");
    assertThat(book.address("e")).isNull();
    assertThat(book.address("d")).hasToString("11.0.0.3");

    go(SECOND, "b");
    come(SECOND);
    assertThat(book.address("e")).hasToString("11.0.0.1");
    assertThat(book.withoutAddress()).isEmpty();
  }

  @Test
  void forgetsANameThatLeftWhileItHadNoAddress() {
    come(0, "a", "b", "c", "d", "e");
    go(0, "e");
    assertThat(book.withoutAddress()).isEmpty();
  }

  private void come(long now, String... names) {
    book.update(List.of(names), List.of(), List.of(), List.of(), now);
  }

  private void go(long now, String... names) {
    book.update(List.of(), List.of(names), List.of(), List.of(), now);
  }

  private static IpAddress ip(String text) {
    return IpAddress.parse(text);
  }
}
