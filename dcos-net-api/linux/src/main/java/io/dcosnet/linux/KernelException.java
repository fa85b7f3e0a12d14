// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux;

import io.dcosnet.api.DcosNetException;
import java.io.Serial;

/** The kernel refused; says what was tried on what, and how it said no. */
public final class KernelException extends DcosNetException {

  @Serial private static final long serialVersionUID = 1;

  private final int number;

  /**
   * A refusal.
   *
   * @param tried the operation and its object, such as {@code bind udp 127.0.0.1:53}
   */
  public KernelException(String tried, Errno errno) {
    super(tried + ": " + errno);
    this.number = errno.number();
  }

  public Errno errno() {
    return new Errno(number);
  }
}
