// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.SimulatedDisk.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdFileTest {

  @TempDir private Path data;

  private final RandomGenerator random = new SplittableRandom(1);

  @Test
  void givesTheSameIdentityEveryTime() throws IOException {
    Path deep = data.resolve("a/b");
    NodeId first = NodeIdFile.loadOrCreate(deep, random);

    assertThat(NodeIdFile.loadOrCreate(deep, random)).isEqualTo(first);
    assertThat(Files.readString(deep.resolve("node.id"))).isEqualTo(first + "\n");
    assertThat(NodeIdFile.loadOrCreate(data, random)).isNotEqualTo(first);
  }

  @Test
  void takesAnIdentityThatSomebodyWrote() throws IOException {
    Files.writeString(data.resolve("node.id"), "  0B5A8C4E-3c1f-4d6b-9b0e-1f2a3b4c5d6e\r\n\r\n");

    assertThat(NodeIdFile.loadOrCreate(data, random))
        .hasToString("0b5a8c4e-3c1f-4d6b-9b0e-1f2a3b4c5d6e");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n", "0b5a8c4e", "0b5a8c4e-3c1f-4d6b-9b0e-1f2a3b4c5d6ex", "\0\0\0\0"})
  void refusesAFileThatIsNoIdentityAndKeepsIt(String content) throws IOException {
    Files.writeString(data.resolve("node.id"), content);

    assertThatThrownBy(() -> NodeIdFile.loadOrCreate(data, random))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining("node.id")
        .hasMessageContaining("delete it to join as a new node");
    assertThat(Files.readString(data.resolve("node.id"))).isEqualTo(content);
  }

  @Test
  void saysWhereItCannotBeKept() throws IOException {
    Path file = Files.createFile(data.resolve("file"));

    assertThatThrownBy(() -> NodeIdFile.loadOrCreate(file, random))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void neverForgetsAnIdentityThatItToldSomebody() {
    SimulatedDisk undisturbed = new SimulatedDisk();
    NodeIdFile.loadOrCreate(undisturbed, data, random);
    for (int call = 0; call < undisturbed.calls(); call++) {
      for (Fault fault : Fault.values()) {
        for (int seed = 0; seed < 20; seed++) {
          RandomGenerator fate = new SplittableRandom(seed);
          SimulatedDisk disk = new SimulatedDisk().failAt(call, fault);
          assertThatThrownBy(() -> NodeIdFile.loadOrCreate(disk, data, fate))
              .isInstanceOf(DcosNetException.class);

          SimulatedDisk next = seed % 2 == 0 ? disk.afterKill() : disk.afterPowerLoss(fate);
          NodeId told = NodeIdFile.loadOrCreate(next, data, fate);

          assertThat(NodeIdFile.loadOrCreate(next.afterPowerLoss(fate), data, fate))
              .isEqualTo(told);
          assertThat(new String(next.content("node.id"), StandardCharsets.US_ASCII))
              .isEqualTo(told + "\n");
        }
      }
    }
  }
}
