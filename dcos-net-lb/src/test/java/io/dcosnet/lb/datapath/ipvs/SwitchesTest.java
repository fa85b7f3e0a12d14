// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files in the place of the switches of a kernel. */
class SwitchesTest {

  @TempDir private Path folder;

  @BeforeEach
  void begin() throws IOException {
    write("expire_nodest_conn", "0");
    write("expire_quiescent_template", "0");
    write("conntrack", "0");
  }

  private void write(String name, String value) throws IOException {
    Files.writeString(folder.resolve(name), value + "\n");
  }

  private String value(String name) throws IOException {
    return Files.readString(folder.resolve(name)).strip();
  }

  @Test
  void areSetBackToWhatTheyWere() throws IOException {
    write("expire_nodest_conn", "1");
    Switches switches = new Switches(true, folder);
    assertThat(switches.set())
        .containsExactly(
            "sysctl -w net.ipv4.vs.expire_quiescent_template=1",
            "sysctl -w net.ipv4.vs.conntrack=1");
    assertThat(switches.set()).isEmpty();

    assertThat(switches.restore(true)).hasSize(2);
    assertThat(value("conntrack")).isEqualTo("0");
    assertThat(value("expire_nodest_conn")).as("not ours").isEqualTo("1");
  }

  @Test
  void areWhatAKernelBeginsWithAfterAProcessThatTookThemOver() throws IOException {
    assertThat(new Switches(true, folder).set()).hasSize(3);
    write("conntrack", "0"); // somebody else's change meanwhile

    Switches heir = new Switches(true, folder);
    heir.adopt();
    assertThat(heir.set()).hasSize(1);

    assertThat(heir.restore(true)).hasSize(3);
    for (String name : new String[] {"expire_nodest_conn", "conntrack"}) {
      assertThat(value(name)).as(name).isEqualTo("0");
    }
  }

  @Test
  void stayAsTheyAreForOthersWhoUseThemToo() throws IOException {
    assertThat(new Switches(false, folder).set()).hasSize(2);
    Switches heir = new Switches(false, folder);
    heir.adopt();
    assertThat(heir.set()).isEmpty();

    assertThat(heir.restore(false)).isEmpty();
    assertThat(value("expire_nodest_conn")).isEqualTo("1");
  }
}
