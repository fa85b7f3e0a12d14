// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import java.io.Serial;

/** Ends a script that cannot say anything about this server. */
final class CaseSkippedException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  CaseSkippedException(String reason) {
    super(reason);
  }
}
