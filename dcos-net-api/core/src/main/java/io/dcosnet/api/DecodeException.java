// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api;

import java.io.Serial;

/** Text or bytes that do not follow their format; says where the first fault is. */
public final class DecodeException extends DcosNetException {

  @Serial private static final long serialVersionUID = 1;

  private final int offset;

  /**
   * A fault at a known place.
   *
   * @param offset position of the fault, counted from 0 in characters or bytes of the input
   */
  public DecodeException(String message, int offset) {
    super(message);
    this.offset = offset;
  }

  /** Position of the fault, counted from 0 in characters or bytes of the input. */
  public int offset() {
    return offset;
  }
}
