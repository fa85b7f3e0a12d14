// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.cli;

/** How a command ends; scripts rely on the numbers. */
public final class ExitCode {

  /** Done, or the check holds. */
  public static final int OK = 0;

  /** The check found a difference, or the input was refused. */
  public static final int DIFFERENCE = 1;

  /** Wrong usage or configuration. */
  public static final int USAGE = 2;

  /** The environment lacks something. */
  public static final int ENVIRONMENT = 3;

  private ExitCode() {}
}
