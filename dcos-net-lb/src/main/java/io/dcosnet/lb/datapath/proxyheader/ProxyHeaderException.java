// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxyheader;

import io.dcosnet.api.DcosNetException;
import java.io.Serial;

/** What came is not a header; says what is wrong with it. */
public final class ProxyHeaderException extends DcosNetException {

  @Serial private static final long serialVersionUID = 1;

  /** What is wrong; the names in lower case are values of a metric. */
  public enum Fault {
    /** Neither version begins like that. */
    SIGNATURE,
    VERSION,
    COMMAND,
    /** Longer than anybody needs. */
    LENGTH,
    /** No room for the addresses that were announced. */
    ADDRESSES,
    TLV,
    CHECKSUM,
    /** A line of version 1 that is not as it must be. */
    LINE,
    /** It did not come to its end in time. */
    TRUNCATED
  }

  private final Fault fault;

  public ProxyHeaderException(Fault fault, String message) {
    super(message);
    this.fault = fault;
  }

  public Fault fault() {
    return fault;
  }
}
