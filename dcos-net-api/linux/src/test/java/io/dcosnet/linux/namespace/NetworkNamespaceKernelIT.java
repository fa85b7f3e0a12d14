// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.OwnNetwork;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
class NetworkNamespaceKernelIT {

  private static final String NAME = "dcosnet-ns-" + ProcessHandle.current().pid();

  @BeforeEach
  void requireRoot() {
    OwnNetwork.requireRoot();
    Required.program("ip", "iproute2");
  }

  @AfterEach
  void removeTheName() {
    if (Files.exists(Path.of("/run/netns", NAME))) {
      NetworkNamespace.delete(NAME);
    }
  }

  @Test
  void leavesAllOtherThreadsWhereTheyAre() throws IOException {
    String before = here();
    try (NetworkNamespace made = NetworkNamespace.create()) {
      assertThat(made.call(NetworkNamespaceKernelIT::here)).isNotEqualTo(before);
      assertThat(here()).isEqualTo(before);
      assertThat(made.call(() -> Files.readString(Path.of("/proc/thread-self/net/dev"))))
          .contains("lo:")
          .doesNotContain("eth");
    }
  }

  @Test
  void isSharedWithOthersByItsName() throws IOException {
    try (NetworkNamespace made = NetworkNamespace.create(NAME);
        NetworkNamespace again = NetworkNamespace.open(Path.of("/run/netns", NAME));
        OwnNetwork elsewhere = OwnNetwork.create()) {
      assertThat(again.call(NetworkNamespaceKernelIT::here))
          .isEqualTo(made.call(NetworkNamespaceKernelIT::here));
      assertThat(elsewhere.run("ip", "netns", "list")).contains(NAME);
      assertThat(elsewhere.run("ip", "-n", NAME, "-o", "link", "show")).contains("lo:");
      assertThatExceptionOfType(KernelException.class)
          .isThrownBy(() -> NetworkNamespace.create(NAME))
          .matches(refused -> refused.errno().equals(Errno.EEXIST));
    }
    assertThat(NetworkNamespace.delete(NAME)).isTrue();
    assertThat(NetworkNamespace.delete(NAME)).isFalse();
    assertThat(Path.of("/run/netns", NAME)).doesNotExist();
  }

  @Test
  void isThatOfAProcess() throws Exception {
    try (NetworkNamespace made = NetworkNamespace.create()) {
      Process process = made.call(() -> new ProcessBuilder("cat").start());
      try (NetworkNamespace found = NetworkNamespace.ofProcess(process.pid())) {
        assertThat(found.call(NetworkNamespaceKernelIT::here))
            .isEqualTo(made.call(NetworkNamespaceKernelIT::here));
      } finally {
        process.destroy();
        assertThat(process.waitFor()).isNotZero();
      }
    }
  }

  @Test
  void throwsWhatATaskThrows() {
    try (NetworkNamespace made = NetworkNamespace.create()) {
      assertThatExceptionOfType(NoSuchFileException.class)
          .isThrownBy(() -> made.call(() -> Files.readString(Path.of("/proc/no/such/file"))));
      assertThatExceptionOfType(AssertionError.class)
          .isThrownBy(
              () ->
                  made.call(
                      () -> {
                        throw new AssertionError("told");
                      }))
          .withMessage("told");
      assertThat(made.call(() -> made.call(() -> 5))).isEqualTo(5);
    }
  }

  @Test
  void endsItsThread() {
    NetworkNamespace made = NetworkNamespace.create();
    Thread thread = made.call(Thread::currentThread);

    made.close();
    made.close();

    await().until(() -> !thread.isAlive());
    assertThatIllegalStateException().isThrownBy(() -> made.call(() -> 5));
  }

  @Test
  void saysWhichOneIsNotThere() {
    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> NetworkNamespace.open(Path.of("/run/netns/dcosnet-none")))
        .withMessage(
            "open network namespace /run/netns/dcosnet-none: ENOENT (no such file or directory)");
    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> NetworkNamespace.open(Path.of("/proc/self/status")))
        .withMessage("enter network namespace /proc/self/status: EINVAL (invalid argument)");
    assertThatIllegalArgumentException().isThrownBy(() -> NetworkNamespace.create("../x"));
  }

  private static String here() throws IOException {
    return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
  }
}
