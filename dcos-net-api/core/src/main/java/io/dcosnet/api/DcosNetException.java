// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Root of all operational failures: something outside the program (the network, a file, the kernel,
 * a peer) did not do what was asked. Wrong arguments are {@link IllegalArgumentException}, wrong
 * state is {@link IllegalStateException}.
 *
 * <p>Messages say what was tried, on what, and what to do next.
 */
public class DcosNetException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  public DcosNetException(String message) {
    super(message);
  }

  public DcosNetException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
