// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.DcosNetException;

/** This machine lacks what a data path needs; the message says what. */
public final class DataPathUnusableException extends DcosNetException {

  private static final long serialVersionUID = 1L;

  DataPathUnusableException(String message) {
    super(message);
  }
}
