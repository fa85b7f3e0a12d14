// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.cli;

import java.util.Objects;

/** Which version of the launcher this is. */
public final class Version {

  private Version() {}

  /** As the jar says it. */
  public static String text() {
    return Objects.requireNonNullElse(
        Version.class.getPackage().getImplementationVersion(), "(not packaged)");
  }
}
