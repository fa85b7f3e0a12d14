// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.testkit.FakeMembership;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FoundMastersTest {

  private static final URI FIRST = URI.create("http://192.0.2.1:62080");
  private static final URI SECOND = URI.create("https://192.0.2.2:62080");

  private final FakeMembership members =
      new FakeMembership(id(9), HostPort.parse("192.0.2.9:7950"), TimeSource.system());
  private final AtomicInteger told = new AtomicInteger();
  private final FoundMasters masters =
      FoundMasters.among(members, Runnable::run, told::incrementAndGet);

  private static NodeId id(int number) {
    return new NodeId(new UUID(0, number));
  }

  private void join(int number, Map<String, String> metadata) {
    members.put(id(number), HostPort.parse("192.0.2." + number + ":7950"), metadata);
  }

  private static Map<String, String> giving(URI url) {
    return Map.of(OwnMetadata.OVERLAY_MASTER, url.toString());
  }

  @Test
  void areThoseThatSayThatTheyAre() {
    join(1, giving(FIRST));
    join(3, Map.of("roles", "agent"));
    join(2, giving(SECOND));

    assertThat(masters.urls()).containsExactly(FIRST, SECOND);
    assertThat(told).as("once for each").hasValue(2);
  }

  @Test
  void thatAreDeadAreAskedLastAndThoseThatLeftNotAtAll() {
    join(1, giving(FIRST));
    join(2, giving(SECOND));
    int before = told.get();

    members.state(id(1), State.DEAD);
    assertThat(masters.urls()).containsExactly(SECOND, FIRST);
    assertThat(told).as("a dead one is no reason to ask").hasValue(before);
    members.state(id(1), State.ALIVE);
    assertThat(masters.urls()).containsExactly(FIRST, SECOND);
    assertThat(told).as("one that is back is").hasValue(before + 1);
    members.state(id(1), State.LEFT);
    members.remove(id(2));

    assertThat(masters.urls()).isEmpty();
  }

  @Test
  void thatMoveAreFoundAtTheirNewPlace() {
    join(1, giving(FIRST));
    join(1, giving(SECOND));

    assertThat(masters.urls()).containsExactly(SECOND);
    assertThat(told).hasValue(2);
  }

  @Test
  void thatSayNonsenseAreNone() {
    join(1, Map.of(OwnMetadata.OVERLAY_MASTER, "ftp://user:secret@192.0.2.1"));

    assertThat(masters.urls()).isEmpty();
    assertThat(told).hasValue(0);
  }

  @Test
  void areFollowedUntilTheEnd() {
    join(1, giving(FIRST));
    masters.close();

    join(2, giving(SECOND));

    assertThat(masters.urls()).containsExactly(FIRST);
    assertThat(told).hasValue(1);
  }
}
