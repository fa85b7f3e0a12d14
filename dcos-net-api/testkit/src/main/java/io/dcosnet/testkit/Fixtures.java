// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Recorded inputs of other systems that lie beside the project and not in it, because they are not
 * ours to ship.
 */
public final class Fixtures {

  /** System property that names the folder. */
  public static final String PROPERTY = "dcosnet.fixtures";

  private static final Path PLACE = Path.of("shared", "fixtures");

  private Fixtures() {}

  /**
   * The folder: where {@value #PROPERTY} says, else the nearest {@code shared/fixtures} on the way
   * up from the working directory. A test that asks for it without there being one ends as {@link
   * Required} says.
   */
  public static Path find() {
    String told = System.getProperty(PROPERTY);
    Path folder = told == null ? upwards(Path.of("").toAbsolutePath()) : Path.of(told);
    Required.that(
        folder != null && Files.isDirectory(folder),
        "fixtures: no folder "
            + (told == null ? PLACE + " above the working directory" : told)
            + " (expected: one, or its place in -D"
            + PROPERTY
            + ")");
    if (folder == null) {
      throw new AssertionError("left above");
    }
    return folder;
  }

  private static @Nullable Path upwards(Path from) {
    for (Path at = from; at != null; at = at.getParent()) {
      Path folder = at.resolve(PLACE);
      if (Files.isDirectory(folder)) {
        return folder;
      }
    }
    return null;
  }
}
