// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.protocol.KeptMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembersFileTest {

  private static final KeptMember ONE =
      new KeptMember(
          new NodeId(new UUID(1, 2)),
          1_700_000_000_000L,
          3,
          State.ALIVE,
          "agent-1",
          List.of(HostPort.parse("192.0.2.1:7950"), HostPort.parse("[2001:db8::1]:65535")));
  private static final KeptMember TWO =
      new KeptMember(
          new NodeId(new UUID(-1, -2)),
          5,
          Long.MAX_VALUE,
          State.DEAD,
          "agent-2",
          List.of(HostPort.parse("192.0.2.2:7950")));

  @TempDir Path data;

  @Test
  void nothingIsKnownAtFirst() {
    assertThat(new MembersFile(data.resolve("none")).load()).isEmpty();
  }

  @Test
  void givesBackWhatWasSavedLast() throws IOException {
    MembersFile file = new MembersFile(data.resolve("new"));
    file.save(List.of(TWO));
    file.save(List.of(ONE, TWO));

    assertThat(new MembersFile(data.resolve("new")).load()).containsExactly(ONE, TWO);
  }

  @Test
  void aFlippedBitOrACutAnywhereIsAsGoodAsNoFile() throws IOException {
    MembersFile file = new MembersFile(data);
    file.save(List.of(ONE, TWO));
    Path path = data.resolve("gossip.members");
    byte[] good = Files.readAllBytes(path);
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      Files.write(path, bad);
      assertThat(file.load()).isEmpty();
      Files.write(path, Arrays.copyOf(good, at));
      assertThat(file.load()).isEmpty();
    }
    Files.write(path, good);
    assertThat(file.load()).hasSize(2);
  }

  @Test
  void aFailedSaveLeavesWhatWasThere() throws IOException {
    MembersFile file = new MembersFile(data);
    file.save(List.of(ONE));
    Files.createDirectories(data.resolve("gossip.members.new/occupied"));

    assertThatThrownBy(() -> file.save(List.of(TWO))).isInstanceOf(IOException.class);
    assertThat(file.load()).containsExactly(ONE);
  }
}
