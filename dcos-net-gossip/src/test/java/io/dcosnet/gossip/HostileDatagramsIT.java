// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What somebody on the path could do: one member tells the others an address where we listen, so
 * that we get real datagrams, and can alter, shorten or repeat them.
 */
@Timeout(60)
class HostileDatagramsIT {

  private final Clusters clusters = new Clusters();
  private DatagramSocket path;
  private GossipCluster behind;

  @BeforeEach
  void listenOnThePath() throws IOException {
    path = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    path.setSoTimeout(5000);
    clusters.start();
    behind =
        clusters.start(
            clusters.builder().advertise(HostPort.parse("127.0.0.1:" + path.getLocalPort())));
    await().atMost(Clusters.PATIENCE).until(() -> behind.membership().members().size() == 2);
  }

  @AfterEach
  void stop() {
    path.close();
    clusters.close();
  }

  private byte[] onThePath() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[9000], 9000);
    path.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  private void passOn(byte[] octets) throws IOException {
    path.send(new DatagramPacket(octets, octets.length, behind.address().toSocketAddress()));
  }

  private long dropped(String reason) {
    return clusters.metrics.count("dcosnet.gossip.dropped", "reason", reason);
  }

  private void passOnAltered(UnaryOperator<byte[]> change, String... reasons) throws IOException {
    byte[] altered = change.apply(onThePath());
    long before = Arrays.stream(reasons).mapToLong(this::dropped).sum();
    passOn(altered);
    await()
        .atMost(Clusters.PATIENCE)
        .until(() -> Arrays.stream(reasons).mapToLong(this::dropped).sum() == before + 1);
    assertThat(clusters.metrics.count("dcosnet.gossip.faults")).isZero();
  }

  @Test
  void aFlippedBitAnywhereIsCountedAndNothingElse() throws IOException {
    int length = onThePath().length;
    for (int at = 0; at < length; at += 7) {
      int place = at;
      passOnAltered(
          octets -> {
            octets[Math.min(place, octets.length - 1)] ^= 0x04;
            return octets;
          },
          "magic",
          "version",
          "key",
          "label",
          "auth",
          "replay");
    }
    assertThat(behind.membership().members()).hasSize(2);
  }

  @Test
  void shorterAndLongerOnesAreCounted() throws IOException {
    passOnAltered(octets -> Arrays.copyOf(octets, octets.length - 1), "auth");
    passOnAltered(octets -> Arrays.copyOf(octets, octets.length + 1), "auth");
    passOnAltered(octets -> Arrays.copyOf(octets, 31), "magic");
    passOnAltered(octets -> Arrays.copyOf(octets, 9500), "size");
  }

  @Test
  void aRepetitionIsCountedAndTheOriginalTaken() throws IOException {
    byte[] octets = onThePath();
    long before = dropped("replay");
    passOn(octets);
    passOn(octets);
    passOn(octets);

    await().atMost(Clusters.PATIENCE).until(() -> dropped("replay") == before + 2);
  }

  @Test
  void onceAllPassesUnalteredBothAreWell() throws IOException {
    passOnAltered(octets -> Arrays.copyOf(octets, octets.length - 3), "auth");
    await()
        .atMost(Clusters.PATIENCE)
        .until(
            () -> {
              passOn(onThePath());
              return clusters.nodes.get(0).reachability().isRoutable(behind.id());
            });
  }
}
