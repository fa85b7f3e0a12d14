// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import static io.dcosnet.gossip.secure.Seals.FROM;
import static io.dcosnet.gossip.secure.Seals.body;
import static io.dcosnet.gossip.secure.Seals.datagram;
import static io.dcosnet.gossip.secure.Seals.node;
import static io.dcosnet.gossip.secure.Seals.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SourcesTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long NOW = Long.MAX_VALUE - SECOND / 2; // the clock wraps soon

  @Test
  void newSendersFromASourceOfManyBrokenSealsAreNotHeardForFiveSeconds() {
    Seals.Node node = node(2).start(NOW);
    DatagramSeal to = node.seal();
    DatagramSeal from = node(1).seal();
    byte[] forged = datagram(from, "forged");
    forged[40] ^= 1;
    for (int i = 0; i <= Sources.FAILURES_PER_SECOND; i++) {
      assertThat(open(to, forged, NOW)).isEqualTo(SealFault.AUTH);
    }

    assertThat(open(to, datagram(from, "good"), NOW)).isEqualTo(SealFault.RATE);
    assertThat(open(to, datagram(from, "good"), NOW + 5 * SECOND - 1)).isEqualTo(SealFault.RATE);
    IpAddress other = IpAddress.parse("192.0.2.2");
    byte[] good = datagram(from, "elsewhere");
    assertThat(to.open(other, good, 0, good.length, NOW)).isNull();
    assertThat(open(to, datagram(from, "later"), NOW + 5 * SECOND)).isNull();
    assertThat(body(to)).isEqualTo("later");
    assertThat(node.dropped(SealFault.RATE)).isEqualTo(2);
  }

  @Test
  void noFloodOfForgeriesFromItsAddressSilencesAProvenMember() {
    Seals.Node node = node(2).start(NOW);
    DatagramSeal to = node.seal();
    DatagramSeal member = node(1).seal();
    assertThat(open(to, datagram(member, "first"), NOW)).isNull();
    int stranger = 10;
    for (int millis = 0; millis < 20_000; millis += 2) {
      long now = NOW + TimeUnit.MILLISECONDS.toNanos(millis);
      DatagramSeal victim = millis % 4 == 0 ? member : node(stranger++).seal();
      byte[] forged = datagram(victim, "forged");
      forged[40] ^= 1;
      assertThat(open(to, forged, now)).isIn(SealFault.AUTH, SealFault.RATE);
      assertThat(open(to, datagram(member, "good"), now)).isNull();
    }
    assertThat(node.dropped(SealFault.RATE)).isPositive();
  }

  @Test
  void forgeriesInTheNameOfAProvenMemberKeepNoNewStartOut() {
    DatagramSeal to = node(2).start(NOW).seal();
    DatagramSeal member = node(1).seal();
    assertThat(open(to, datagram(member, "first"), NOW)).isNull();
    for (int i = 0; i < 1000; i++) {
      byte[] forged = datagram(member, "forged");
      forged[40] ^= 1;
      assertThat(open(to, forged, NOW)).isEqualTo(SealFault.AUTH);
    }

    DatagramSeal again = node(1).epoch(Seals.EPOCH + 1).salt(7).seal();
    assertThat(open(to, datagram(again, "again"), NOW)).isNull();
  }

  @Test
  void fewBrokenSealsASecondAreBorne() {
    DatagramSeal to = node(2).start(NOW).seal();
    DatagramSeal from = node(1).seal();
    byte[] forged = datagram(from, "forged");
    forged[40] ^= 1;
    for (int second = 0; second < 5; second++) {
      for (int i = 0; i < Sources.FAILURES_PER_SECOND; i++) {
        assertThat(open(to, forged, NOW + second * SECOND)).isEqualTo(SealFault.AUTH);
      }
    }

    assertThat(open(to, datagram(from, "good"), NOW + 5 * SECOND)).isNull();
  }

  @Test
  void aSourceMayBringTwoHundredNewSendersASecond() {
    Seals.Node node = node(0).start(NOW);
    DatagramSeal to = node.seal();
    DatagramSeal known = node(1).seal();
    assertThat(open(to, datagram(known, "known"), NOW)).isNull();
    for (int i = 2; i <= Sources.DERIVATIONS_PER_SECOND; i++) {
      assertThat(open(to, datagram(node(i).seal(), "new"), NOW)).isNull();
    }
    DatagramSeal late = node(201).seal();

    assertThat(open(to, datagram(late, "new"), NOW)).isEqualTo(SealFault.RATE);
    assertThat(open(to, datagram(known, "known"), NOW)).isNull();
    assertThat(open(to, datagram(late, "new"), NOW + SECOND)).isNull();
    assertThat(node.metrics.count("dcosnet.gossip.key.derivations")).isEqualTo(201);
  }

  @Test
  void aBoundedNumberOfSourcesIsRemembered() {
    Sources sources = new Sources(List.of(), NOW);
    for (int i = 0; i < 10_000; i++) {
      sources.failed(IpAddress.ofIpv4(0xcb007100 + i), NOW);
    }

    assertThat(sources.size()).isEqualTo(Sources.MAX_SOURCES);
    assertThat(sources.ignores(FROM, NOW)).isFalse();
  }

  @Test
  void strangersArePutIntoNoTableOfSenders() {
    DatagramOpener opener =
        new DatagramOpener(
            node(2).setup(),
            new SenderKeys(node(2).setup().label()),
            new SealFigures(node(2).metrics));
    for (int i = 10; i < 60; i++) {
      byte[] forged = datagram(node(i).seal(), "forged");
      forged[40] ^= 1;
      assertThat(opener.open(FROM, forged, 0, forged.length, 0, 0, NOW)).isNotNull();
    }

    assertThat(opener.senders.size()).isZero();
  }

  @Test
  void theTableOfSendersGrowsWithTheCluster() {
    Senders senders = new Senders();
    for (int i = 0; i < 3000; i++) {
      senders.add(i, run());
    }
    assertThat(senders.size()).isEqualTo(1024);
    senders.expect(1_000_000);
    for (int i = 0; i < 70_000; i++) {
      senders.add(i, run());
    }
    assertThat(senders.size()).isEqualTo(65_536);
    assertThat(senders.ciphers()).isBetween(1, 4096);
    assertThat(senders.find(0)).isNull();
    assertThat(senders.find(69_999)).isNotNull();
  }

  private static Senders.Run run() {
    return new Senders.Run(1, 1, Seals.key(1), Aead.key(new byte[32]));
  }
}
