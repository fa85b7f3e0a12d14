// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.zone.ChangingZone;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

/** The secondary is a socket of the test; waiting happens on virtual time. */
class NotifierIT {

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetRuntime net = NetRuntime.builder().scheduler(time).build();
  private final ChangingZone zone = new ChangingZone("mesos");
  private final DatagramSocket secondary;
  private final Notifier notifier;

  NotifierIT() throws IOException {
    secondary = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    secondary.setSoTimeout(20_000);
    HostPort address = new HostPort(IpAddress.LOOPBACK_IPV4, secondary.getLocalPort());
    notifier = new Notifier(net, List.of(zone), List.of(address), new DnsMetrics(metrics));
  }

  @BeforeEach
  void open() throws Exception {
    zone.put("a.mesos", Zones.addresses("192.0.2.1"));
    notifier.open().toCompletableFuture().get(20, TimeUnit.SECONDS);
    time.runReady();
  }

  @AfterEach
  void close() {
    notifier.close();
    time.runReady();
    net.close();
    secondary.close();
  }

  @Test
  void tellsOfTheFirstAndOfEachNewSerial() throws IOException {
    Message first = receive(true);
    assertThat(first.getHeader().getOpcode()).isEqualTo(Opcode.NOTIFY);
    assertThat(first.getHeader().getFlag(Flags.AA)).isTrue();
    assertThat(String.valueOf(first.getQuestion())).contains("mesos.", "SOA");
    assertThat(serial(first)).isEqualTo(101);
    awaitCount("answered", 1);

    for (int i = 0; i < 5; i++) {
      zone.put("a.mesos", Zones.addresses("192.0.2.2", "192.0.2." + (3 + i)));
      time.runReady();
    }
    time.advance(Duration.ofSeconds(1));

    assertThat(serial(receive(true))).isEqualTo(106); // the five in one
    awaitCount("answered", 2);
  }

  @Test
  void tellsOfAZoneThatHasBecomeWhole() throws IOException {
    receive(true);
    awaitCount("answered", 1);
    zone.change(
        edit -> {
          edit.put(Zones.name("b.mesos"), Zones.addresses("192.0.2.3"));
          edit.partial(true);
        });
    time.advance(Duration.ofSeconds(5));
    assertThat(time.pending()).isZero();

    zone.change(edit -> edit.partial(false));
    time.advance(Duration.ofSeconds(1));

    assertThat(serial(receive(true))).isEqualTo(102);
    awaitCount("answered", 2);
  }

  @Test
  void saysItAgainAndGivesUpAfterFiveTimes() throws IOException {
    receive(false);
    for (int seconds : new int[] {2, 4, 8, 16}) {
      time.advance(Duration.ofSeconds(seconds));
      receive(false);
    }

    time.advance(Duration.ofSeconds(32));

    assertThat(count("unanswered")).isOne();
    assertThat(time.pending()).isZero();
  }

  @Test
  void noticesSilenceAlsoWhenSerialsChangeEachSecond() throws IOException {
    receive(false);
    for (int i = 0; i < 10; i++) {
      zone.put("a.mesos", Zones.addresses("192.0.2.1", "192.0.2." + (3 + i)));
      time.advance(Duration.ofSeconds(1));
      receive(false);
    }
    assertThat(count("unanswered")).isEqualTo(2);

    for (int i = 0; i < 10; i++) {
      zone.put("a.mesos", Zones.addresses("192.0.2.2", "192.0.2." + (3 + i)));
      time.advance(Duration.ofSeconds(1));
      receive(true);
      awaitCount("answered", i + 1);
    }
    assertThat(count("unanswered")).isEqualTo(2);
  }

  @Test
  void goesOnAfterARefusalAndIgnoresOtherAnswers() throws IOException {
    Message first = receive(false);
    answer(first.getHeader().getID() ^ 1, 0);
    answer(first.getHeader().getID(), 5);
    awaitCount("failed", 1);

    zone.put("a.mesos", Zones.addresses("192.0.2.7"));
    time.advance(Duration.ofSeconds(1));

    assertThat(serial(receive(true))).isEqualTo(102);
    awaitCount("answered", 1);
  }

  private DatagramPacket last = new DatagramPacket(new byte[0], 0);

  private Message receive(boolean answers) throws IOException {
    last = new DatagramPacket(new byte[1500], 1500);
    secondary.receive(last);
    Message message = new Message(Arrays.copyOf(last.getData(), last.getLength()));
    if (answers) {
      answer(message.getHeader().getID(), 0);
    }
    return message;
  }

  private void answer(int id, int rcode) throws IOException {
    byte[] octets = Arrays.copyOf(last.getData(), last.getLength());
    octets[0] = (byte) (id >>> 8);
    octets[1] = (byte) id;
    octets[2] |= (byte) 0x80;
    octets[3] = (byte) rcode;
    secondary.send(new DatagramPacket(octets, octets.length, last.getSocketAddress()));
  }

  private static long serial(Message message) {
    SOARecord soa = (SOARecord) message.getSection(Section.ANSWER).get(0);
    return soa.getSerial();
  }

  private void awaitCount(String result, long expected) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              time.runReady();
              return count(result) == expected;
            });
  }

  private long count(String result) {
    return metrics.count("dcosnet.dns.notify.sent", "result", result);
  }
}
