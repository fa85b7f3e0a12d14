// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.resolvconf;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolvConfUpstreamsTest {

  private static final HostPort ONE = HostPort.parse("192.0.2.1:53");
  private static final HostPort TWO = HostPort.parse("[2001:db8::2]:53");
  private static final HostPort OURS = HostPort.parse("198.51.100.1:53");

  private final VirtualTime time = new VirtualTime();
  private final List<List<HostPort>> told = new ArrayList<>();

  @TempDir Path folder;

  @Test
  void takesTheServersOfOtherHosts() {
    String text =
        """
        # nameserver 203.0.113.9
        ; nameserver 203.0.113.9
        search example.org
        nameserver 127.0.0.53
        nameserver   192.0.2.1   # of the office
        nameserver\t2001:db8::2
        nameserver 192.0.2.1
        nameserver fe80::1%eth0
        nameserver ::1
        nameserver 0.0.0.0
        nameserver 198.51.100.1
        nameserver ns.example.org
        nameserver
        nameservers 203.0.113.9
         nameserver 203.0.113.9
        options timeout:1
        """;

    assertThat(ResolvConfUpstreams.parse(text, OURS::equals)).containsExactly(ONE, TWO);
  }

  @Test
  void takesNoMoreThanWouldBeAsked() {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < 100; i++) {
      text.append("nameserver 192.0.2.").append(i).append('\n');
    }

    assertThat(ResolvConfUpstreams.parse(text.toString(), OURS::equals))
        .hasSize(ResolvConfUpstreams.MAX_SERVERS);
  }

  @Test
  void tellsOfEachChange() throws IOException {
    Path file = write("nameserver 192.0.2.1\n");
    Subscription following = follow(file);
    time.advance(Duration.ofSeconds(1));

    write("nameserver 192.0.2.1\nnameserver 2001:db8::2\n");
    time.advance(Duration.ofSeconds(20));
    following.close();
    write("nameserver 203.0.113.1\n");
    time.advance(Duration.ofSeconds(20));

    assertThat(told).containsExactly(List.of(ONE), List.of(ONE, TWO));
  }

  @Test
  void keepsTheServersWhenTheFileNamesOnlyUsOrIsGone() throws IOException {
    Path file = write("nameserver 192.0.2.1\n");
    follow(file);
    time.advance(Duration.ofSeconds(1));

    write("nameserver 198.51.100.1\n");
    time.advance(Duration.ofSeconds(20));
    Files.delete(file);
    time.advance(Duration.ofSeconds(20));

    assertThat(told).containsExactly(List.of(ONE));
  }

  @Test
  void tellsOfNoServersWhenThereNeverWasAFile() {
    follow(folder.resolve("missing"));

    time.advance(Duration.ofSeconds(20));

    assertThat(told).containsExactly(List.of());
  }

  private Subscription follow(Path file) {
    return ResolvConfUpstreams.of(file, time, OURS::equals).follow(Runnable::run, told::add);
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("resolv.conf"), text);
  }
}
