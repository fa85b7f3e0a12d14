// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs from its machine: a tool, root, a kernel feature, a folder of samples.
 *
 * <p>Where it is missing the test is skipped and says why on standard error. With the system
 * property {@code dcosnet.require} set to true the test fails instead, so that a build server
 * cannot lose tests silently. Ask from {@code @BeforeEach}.
 */
public final class Required {

  /** System property that turns a skip into a failure. */
  public static final String PROPERTY = "dcosnet.require";

  private Required() {}

  /** Goes on when the program is on the path. */
  public static void program(String name, String debianPackage) {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    boolean found =
        Arrays.stream(path.split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    that(found, name + " is not on the path (Debian: " + debianPackage + ")");
  }

  /** Goes on when {@code holds}; else skips or fails the test with {@code reason}. */
  public static void that(boolean holds, String reason) {
    if (holds) {
      return;
    }
    if (Boolean.getBoolean(PROPERTY)) {
      Assertions.fail("required here: " + reason);
    }
    System.err.println("SKIPPED " + reason);
    Assumptions.abort(reason);
  }
}
