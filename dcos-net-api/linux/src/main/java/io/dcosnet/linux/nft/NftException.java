// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.nft;

import io.dcosnet.api.DcosNetException;
import java.io.Serial;

/** nftables refused commands, all of them; the message is its own, with the place of the fault. */
public final class NftException extends DcosNetException {

  @Serial private static final long serialVersionUID = 1;

  NftException(String message) {
    super(message);
  }
}
