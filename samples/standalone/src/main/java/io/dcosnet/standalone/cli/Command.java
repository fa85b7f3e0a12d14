// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.cli;

/**
 * One command of the launcher. Its options are picocli fields of type text; it reads them through
 * {@link Arguments}, so that all problems come out together and not one per try.
 */
public interface Command {

  /**
   * Does the work.
   *
   * @param arguments holds what the command line parser found wrong already; {@link
   *     Arguments#check} must be called before anything is done
   * @return exit code
   * @throws CommandFailure to end with a reason
   */
  int run(Arguments arguments, Console console);
}
