// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.event.Subscription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRingTest {

  private final KeyRing ring = KeyRing.of(key(1));

  static GossipKey key(int id) {
    return key(id, id);
  }

  static GossipKey key(int id, int fill) {
    byte[] secret = new byte[GossipKey.OCTETS];
    Arrays.fill(secret, (byte) fill);
    return new GossipKey(id, Bytes.copyOf(secret));
  }

  @Test
  void aRingBeginsWithOneKeyThatSeals() {
    assertThat(ring.ids()).containsExactly(1);
    assertThat(ring.primary()).isEqualTo(key(1));
    assertThat(ring.find(1)).isEqualTo(key(1));
    assertThat(ring.find(2)).isNull();
    assertThat(ring.find(0)).isNull();
    assertThat(ring.find(256)).isNull();
    assertThat(ring.presence()).hasToString("1*");
  }

  @Test
  void aKeyIsInstalledUsedAndTheOldOneRemoved() {
    ring.install(key(3));
    assertThat(ring.presence()).hasToString("1*,3");
    ring.use(3);
    assertThat(ring.presence()).hasToString("1,3*");
    ring.remove(1);
    assertThat(ring.presence()).hasToString("3*");
    ring.install(key(1, 9));
    assertThat(ring.find(1)).as("the id is free again").isEqualTo(key(1, 9));
  }

  @Test
  void mistakesAreRefusedWithTheirReason() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ring.use(2))
        .withMessage("key 2: not in the ring; install it first");
    assertThatIllegalArgumentException().isThrownBy(() -> ring.remove(2));
    assertThatIllegalStateException()
        .isThrownBy(() -> ring.remove(1))
        .withMessage("key 1: seals; use another one first");
    assertThatIllegalStateException()
        .isThrownBy(() -> ring.install(key(1, 9)))
        .withMessage("key 1: another key has this id; take a free one");
    for (int id = 2; id <= KeyRing.MAX_KEYS; id++) {
      ring.install(key(id));
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> ring.install(key(9)))
        .withMessage("key 9: the ring has 8 keys (expected: at most 8); remove one first");
  }

  @Test
  void aKeyIsUsedOnlyWhenAllLivingMembersHaveIt() {
    ring.install(key(2));
    ring.census(
        () ->
            Map.of(
                "a", Optional.of(KeyPresence.parse("1*,2")),
                "b", Optional.of(KeyPresence.parse("1*")),
                "c", Optional.empty()));

    assertThatIllegalStateException()
        .isThrownBy(() -> ring.use(2))
        .withMessage("key 2: not all living members have it yet: b, c");
    assertThat(ring.primary().id()).isEqualTo(1);

    ring.useAnyway(2);
    assertThat(ring.primary().id()).isEqualTo(2);
    assertThatIllegalStateException()
        .isThrownBy(() -> ring.remove(1))
        .withMessage("key 1: members still seal with it: a, b");
    assertThat(ring.status())
        .isEqualTo(
            new KeyRingStatus(
                4,
                List.of(
                    new KeyRingStatus.Spread(1, false, 3, 2),
                    new KeyRingStatus.Spread(2, true, 2, 1))));
  }

  @Test
  void listenersHearOfChangesAndOnlyOfThese() {
    AtomicInteger changes = new AtomicInteger();
    Subscription subscription = ring.onChange(changes::incrementAndGet);

    ring.install(key(2));
    ring.install(key(2));
    ring.useAnyway(1);
    assertThat(ring.merge(ring.state())).isFalse();
    assertThat(changes).hasValue(1);

    KeyRing other = KeyRing.of(key(1));
    assertThat(other.merge(ring.state())).isTrue();
    other.use(2);
    assertThat(ring.merge(other.state())).isTrue();
    assertThat(changes).hasValue(2);

    subscription.close();
    ring.remove(1);
    assertThat(changes).hasValue(2);
  }

  @Test
  void aKeyThatSealsStaysThoughItWasRemovedElsewhereAtTheSameTime() {
    KeyRing other = KeyRing.of(key(1));
    ring.install(key(2));
    other.merge(ring.state());

    ring.use(2);
    other.remove(2);
    ring.remove(1);
    Bytes theirs = other.state();
    other.merge(ring.state());
    ring.merge(theirs);

    assertThat(ring.presence()).hasToString("2*");
    assertThat(other.presence()).hasToString("2*");
    assertThat(ring.state()).isEqualTo(other.state());
  }

  @Test
  void whatIsNoStateOfARingChangesNothing() {
    Bytes before = ring.state();
    byte[] octets = before.toArray();
    for (int length = 0; length < octets.length; length++) {
      Bytes cut = Bytes.copyOf(Arrays.copyOf(octets, length));
      assertThatExceptionOfType(DecodeException.class).isThrownBy(() -> ring.merge(cut));
    }
    Bytes longer = Bytes.copyOf(Arrays.copyOf(octets, octets.length + 1));
    assertThatExceptionOfType(DecodeException.class).isThrownBy(() -> ring.merge(longer));
    byte[] later = octets.clone();
    later[0] = 2;
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> ring.merge(Bytes.copyOf(later)))
        .withMessageContaining("version");
    assertThat(ring.state()).isEqualTo(before);
  }

  @Test
  void secretsAreNotShown() {
    GossipKey key = key(1, 'x');
    assertThat(KeyRing.of(key)).hasToString("keys 1*");
    assertThat(key).hasToString("key 1");
  }

  @Test
  void aRingOnDiskIsThereAfterARestart(@TempDir Path directory) {
    Path file = directory.resolve("state").resolve("keys");
    KeyRing before = KeyRing.open(file, key(1));
    before.install(key(2));
    before.use(2);
    before.remove(1);

    KeyRing after = KeyRing.open(file, key(1));

    assertThat(after.presence()).hasToString("2*");
    assertThat(after.state()).isEqualTo(before.state());
    assertThat(file.resolveSibling("keys.new")).doesNotExist();
  }

  @Test
  void aNewConfiguredKeyIsAddedToTheRingOnDiskButDoesNotSeal(@TempDir Path directory) {
    Path file = directory.resolve("keys");
    assertThat(KeyRing.open(file, key(1)).ids()).containsExactly(1);

    assertThat(KeyRing.open(file, key(5)).presence()).hasToString("1*,5");
    assertThat(KeyRing.open(file, key(1)).presence()).hasToString("1*,5");
    assertThatExceptionOfType(DcosNetException.class)
        .isThrownBy(() -> KeyRing.open(file, key(1, 9)))
        .withMessageContaining("another key 1 than the configured one");
  }

  @Test
  void aChangeThatCannotBeKeptDoesNotCountUnlessItComesFromTheCluster(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("state").resolve("keys");
    KeyRing kept = KeyRing.open(file, key(1));
    Files.delete(file);
    Files.delete(file.getParent());
    Files.writeString(directory.resolve("state"), "in the way");
    ring.install(key(2));

    assertThatExceptionOfType(DcosNetException.class).isThrownBy(() -> kept.install(key(2)));
    assertThat(kept.ids()).containsExactly(1);
    assertThat(kept.merge(ring.state())).isTrue();
    assertThat(kept.ids()).containsExactly(1, 2);
  }
}
