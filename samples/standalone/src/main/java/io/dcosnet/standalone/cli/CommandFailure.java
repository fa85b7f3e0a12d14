// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.cli;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Ends a command with a reason for a person, on standard error, and an exit code. */
public final class CommandFailure extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  private final int exitCode;

  private CommandFailure(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** An input that is refused as a whole, or a check that does not hold. */
  public static CommandFailure refused(String reason) {
    return new CommandFailure(ExitCode.DIFFERENCE, reason, null);
  }

  /**
   * Something outside that has to be there.
   *
   * @param lack what, and what to do
   */
  public static CommandFailure environment(String lack, @Nullable Throwable cause) {
    return new CommandFailure(ExitCode.ENVIRONMENT, lack, cause);
  }

  public int exitCode() {
    return exitCode;
  }

  /** The reason, never null here. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
