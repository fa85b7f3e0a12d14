// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux;

import io.dcosnet.linux.libc.Libc;
import java.util.Optional;
import java.util.Set;

/** Whether the kernel of this machine can be called from this process. <b>Thread-safe.</b> */
public final class Linux {

  /** The structures that the kernel reads look alike on these; on others nobody looked. */
  private static final Set<String> ARCHITECTURES = Set.of("amd64", "aarch64");

  private Linux() {}

  /**
   * Why the kernel cannot be called; empty when it can. The first call loads native code, for which
   * JNA needs a folder that it may write to and load from.
   */
  public static Optional<String> unavailableBecause() {
    String system = System.getProperty("os.name", "");
    String architecture = System.getProperty("os.arch", "");
    if (!system.equals("Linux")) {
      return Optional.of(system + " is not Linux");
    }
    if (!ARCHITECTURES.contains(architecture)) {
      return Optional.of("not on " + architecture + " (expected: amd64 or aarch64)");
    }
    try {
      Libc.load();
      return Optional.empty();
    } catch (LinkageError e) {
      return Optional.of(reason(e));
    }
  }

  private static String reason(LinkageError error) {
    Throwable first = error;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    String said = String.valueOf(first.getMessage()).lines().findFirst().orElse("");
    if (first instanceof ClassNotFoundException) {
      return "JNA is not there: " + said;
    }
    return "JNA cannot load its native part: "
        + said
        + " (give it a folder that is writable and not mounted noexec: -Djna.tmpdir=<folder>)";
  }
}
