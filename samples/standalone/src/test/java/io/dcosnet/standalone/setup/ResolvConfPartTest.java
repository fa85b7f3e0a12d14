// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.resolvconf.ResolvConf;
import io.dcosnet.dns.resolvconf.ResolvConfOrigin;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.config.ResolvConfConfig;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the file when a look at the name servers fails. */
class ResolvConfPartTest {

  private static final Duration INTERVAL = Duration.ofSeconds(10);

  /** Nobody listens there. */
  private static final HostPort SERVER = HostPort.parse("127.0.0.1:1");

  @TempDir private Path folder;
  private final VirtualTime time = new VirtualTime();
  private boolean busy;
  private NetRuntime net;
  private Path file;
  private ResolvConfPart part;

  @BeforeEach
  void make() throws IOException {
    Executor executor =
        work -> {
          if (busy) {
            throw new RejectedExecutionException("so much other work waits there");
          }
          work.run();
        };
    net = NetRuntime.builder().scheduler(time).executor(executor).build();
    file = Files.writeString(folder.resolve("resolv.conf"), "nameserver 192.0.2.53\n");
    ResolvConfConfig config =
        new ResolvConfConfig(
            true, file, List.of(), List.of(), List.of(), INTERVAL, Duration.ofSeconds(1));
    ResolvConfOrigin origin = ResolvConfOrigin.of(file, folder.resolve("before"));
    part = new ResolvConfPart(config, List.of(SERVER), origin, net);
  }

  @AfterEach
  void close() {
    net.close();
  }

  @Test
  void aLookThatFailsIsToldAndFollowedByAnother() throws IOException {
    busy = true;
    assertThat(part.start().toCompletableFuture()).isCompleted();
    assertThat(part.problem())
        .hasValueSatisfying(why -> assertThat(why).contains("so much other work"));
    time.advance(INTERVAL);
    assertThat(file).hasContent("nameserver 192.0.2.53\n");

    busy = false;
    time.advance(INTERVAL);
    time.advance(Duration.ofSeconds(1)); // it does not answer, and is asked once more

    assertThat(ResolvConf.isOurs(Files.readString(file))).isTrue();
    assertThat(Files.readString(file)).contains("nameserver 192.0.2.53");
    assertThat(part.problem()).isEmpty();
  }
}
