// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux;

import java.io.File;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What tests that start a JVM of their own need. */
public final class ChildJvm {

  private ChildJvm() {}

  /** All that this JVM has, on one class path, whether it came by class path or module path. */
  public static String classPath() {
    return Stream.of("java.class.path", "jdk.module.path")
        .map(key -> System.getProperty(key, ""))
        .filter(path -> !path.isEmpty())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
