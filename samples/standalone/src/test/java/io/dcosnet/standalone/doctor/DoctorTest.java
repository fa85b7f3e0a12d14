// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.standalone.doctor.Finding.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {

  @TempDir Path root;

  @Test
  void saysWhichCapabilitiesAreMissingAndWhatThatCosts() throws IOException {
    // cap_net_bind_service and cap_net_admin only
    file(
        "/proc/self/status",
        "Name:\tjava\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000001400\n");

    assertThat(finding("root").status()).isEqualTo(Status.MISSING);
    assertThat(finding("root").found()).isEqualTo("effective user 1000");
    assertThat(finding("capabilities").found()).isEqualTo("without cap_sys_admin, cap_bpf");
    assertThat(finding("capabilities").cost()).contains("entering network namespaces");
  }

  @Test
  void knowsRootByItsEffectiveUser() throws IOException {
    file("/proc/self/status", "Uid:\t1000\t0\t0\t0\nCapEff:\t000001ffffffffff\n");

    assertThat(finding("root").status()).isEqualTo(Status.OK);
    assertThat(finding("capabilities").status()).isEqualTo(Status.OK);
  }

  @Test
  void readsWhatIsLoadedBuiltInAModuleOrNotThere() throws IOException {
    file("/proc/sys/kernel/osrelease", "6.1.0-example\n");
    file("/sys/module/vxlan/refcnt", "0\n");
    file("/lib/modules/6.1.0-example/modules.builtin", "kernel/drivers/net/veth.ko\n");
    file("/lib/modules/6.1.0-example/modules.dep", "kernel/net/ip_vs.ko.xz: kernel/net/x.ko.xz\n");
    gzipped(
        "/proc/config.gz", "CONFIG_NF_TABLES=m\n# CONFIG_CGROUP_BPF is not set\nCONFIG_BRIDGE=y\n");

    assertThat(finding("vxlan").found()).isEqualTo("loaded");
    assertThat(finding("veth").found()).isEqualTo("built in");
    assertThat(finding("ip_vs").found()).isEqualTo("a module that is not loaded yet");
    assertThat(finding("bridge").status()).isEqualTo(Status.OK);
    assertThat(finding("nf_tables").status()).isEqualTo(Status.MISSING);
    assertThat(finding("nf_tables").found()).contains("not installed");
    assertThat(finding("cgroup-bpf").status()).isEqualTo(Status.MISSING);
    assertThat(finding("cgroup-bpf").cost()).contains("socket layer");
  }

  @Test
  void admitsWhatItCouldNotSee() throws IOException {
    file("/proc/sys/kernel/osrelease", "6.1.0-example\n");

    assertThat(finding("ip_vs").status()).isEqualTo(Status.NOT_PROBED);
    assertThat(finding("bpf").status()).isEqualTo(Status.NOT_PROBED);
    assertThat(finding("clock-skew").status()).isEqualTo(Status.NOT_PROBED);
    assertThat(finding("root").status()).isEqualTo(Status.NOT_PROBED);
  }

  @Test
  void findsProgramsOnThePathThatCanBeRun() throws IOException {
    Path folder = Files.createDirectory(root.resolve("bin"));
    Files.createFile(
        folder.resolve("dig"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Files.createFile(
        folder.resolve("curl"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));

    Machine machine = new Machine(root, List.of(folder));

    assertThat(finding(machine, "dig").found()).isEqualTo(folder.resolve("dig").toString());
    assertThat(finding(machine, "curl").status()).isEqualTo(Status.MISSING);
    assertThat(finding(machine, "curl").remedy()).contains("apt-get install curl");
  }

  @Test
  void warnsOfMoreNameServersThanTheCLibraryAsks() throws IOException {
    file(
        "/etc/resolv.conf",
        """
        search example.org
        nameserver 192.0.2.1
        nameserver 192.0.2.2
        nameserver 192.0.2.3
        nameserver 192.0.2.4
        """);

    assertThat(finding("resolv.conf").status()).isEqualTo(Status.MISSING);
    assertThat(finding("resolv.conf").cost()).contains("first 3");
  }

  @Test
  void refusesAnOldJava() {
    Finding old = JavaProbe.runtime(Runtime.Version.parse("11.0.20"));

    assertThat(old.status()).isEqualTo(Status.NEEDED);
    assertThat(old.remedy()).contains("17");
  }

  @Test
  void givesEveryLackACostAndARemedy() {
    assertThat(Doctor.examine(Machine.local("/nowhere")))
        .allSatisfy(
            finding -> {
              boolean lacks =
                  finding.status() == Status.MISSING || finding.status() == Status.NEEDED;
              assertThat(finding.cost().isEmpty()).as(finding.name()).isNotEqualTo(lacks);
              assertThat(finding.remedy().isEmpty()).as(finding.name()).isNotEqualTo(lacks);
            })
        .extracting(Finding::name)
        .doesNotHaveDuplicates();
  }

  private Finding finding(String name) {
    return finding(new Machine(root, List.of()), name);
  }

  private static Finding finding(Machine machine, String name) {
    return Doctor.examine(machine).stream()
        .filter(finding -> finding.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void file(String name, String text) throws IOException {
    Files.writeString(place(name), text);
  }

  private void gzipped(String name, String text) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(place(name)))) {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private Path place(String name) throws IOException {
    Path path = root.resolve(name.substring(1));
    Files.createDirectories(path.getParent());
    return path;
  }
}
