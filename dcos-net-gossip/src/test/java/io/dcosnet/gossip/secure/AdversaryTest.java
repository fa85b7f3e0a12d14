// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Somebody without the key hears all that members send, and sends it again, bent, cut, longer, and
 * put together anew, among the datagrams that are in order.
 */
class AdversaryTest {

  private static final int STEPS = 100_000;
  private static final long MILLIS = 1_000_000;

  private final Random random = new Random(42);
  private final Seals.Node node = Seals.node(0);
  private final DatagramSeal receiver = node.seal();
  private final List<DatagramSeal> members = new ArrayList<>();
  private final List<byte[]> recorded = new ArrayList<>();

  @Test
  void onlyWhatMembersSentIsHeardAndOnlyOnce() {
    for (int i = 1; i <= 8; i++) {
      members.add(Seals.node(i).seal());
    }
    Set<String> heard = new LinkedHashSet<>();
    int sent = 0;
    int faults = 0;
    for (int step = 0; step < STEPS; step++) {
      long now = step * MILLIS;
      if (random.nextInt(10) == 0) {
        byte[] datagram = Seals.datagram(members.get(random.nextInt(8)), "message " + sent++);
        if (recorded.size() == 256) {
          recorded.set(random.nextInt(256), datagram);
        } else {
          recorded.add(datagram);
        }
        IpAddress from = IpAddress.ofIpv4(0xc0000201);
        assertThat(receiver.open(from, datagram, 0, datagram.length, now)).isNull();
        assertThat(heard.add(Seals.body(receiver))).isTrue();
      } else if (!recorded.isEmpty()) {
        byte[] evil = evil();
        IpAddress from = IpAddress.ofIpv4(0xcb007100 + random.nextInt(32));
        assertThat(receiver.open(from, evil, 0, evil.length, now)).isNotNull();
        faults++;
      }
    }

    assertThat(heard).hasSize(sent);
    long counted = 0;
    for (SealFault fault : SealFault.values()) {
      counted += node.dropped(fault);
    }
    assertThat(counted).isEqualTo(faults);
    assertThat(node.dropped(SealFault.REPLAY)).isPositive();
    assertThat(node.dropped(SealFault.AUTH)).isPositive();
    assertThat(node.dropped(SealFault.MAGIC)).isPositive();
    assertThat(node.dropped(SealFault.LABEL)).isPositive();
    assertThat(node.dropped(SealFault.KEY)).isPositive();
  }

  private byte[] evil() {
    byte[] one = recorded.get(random.nextInt(recorded.size())).clone();
    byte[] other = recorded.get(random.nextInt(recorded.size()));
    switch (random.nextInt(6)) {
      case 0 -> one[random.nextInt(one.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> one = Arrays.copyOf(one, random.nextInt(one.length));
      case 2 -> one = Arrays.copyOf(one, one.length + 1 + random.nextInt(100));
      case 3 -> System.arraycopy(other, 0, one, 0, Header.OCTETS);
      case 4 -> one[26 + random.nextInt(6)] = (byte) random.nextInt(); // the counter
      default -> random.nextBytes(one);
    }
    return random.nextInt(6) == 0 ? other.clone() : one;
  }
}
