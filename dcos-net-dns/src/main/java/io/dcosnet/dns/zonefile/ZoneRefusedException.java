// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import io.dcosnet.api.DcosNetException;
import java.io.Serial;

/** A master file that is no zone as a whole; says on which line. */
public final class ZoneRefusedException extends DcosNetException {

  @Serial private static final long serialVersionUID = 1;

  private final int line;

  ZoneRefusedException(String message, int line) {
    super(line == 0 ? message : "line " + line + ": " + message);
    this.line = line;
  }

  /** Counted from 1, where the faulty entry ends; 0 when the zone as a whole lacks something. */
  public int line() {
    return line;
  }
}
