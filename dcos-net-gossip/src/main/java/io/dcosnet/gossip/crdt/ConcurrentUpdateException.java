// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.crdt;

import io.dcosnet.api.DcosNetException;
import java.io.Serial;

/** A key was changed since it was read. */
public final class ConcurrentUpdateException extends DcosNetException {

  @Serial private static final long serialVersionUID = 1;

  public ConcurrentUpdateException(String message) {
    super(message);
  }
}
