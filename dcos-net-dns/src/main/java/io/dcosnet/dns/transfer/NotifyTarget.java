// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import io.dcosnet.api.net.IpAddress;
import org.jspecify.annotations.Nullable;

/** A zone that wants to hear from its primaries that there is a new one. <b>Thread-safe.</b> */
interface NotifyTarget {

  /**
   * Somebody says that the zone has changed. Must not block.
   *
   * @param signedWith the key of the valid signature, null without one
   * @return false when the sender is none that may say so
   */
  boolean notified(IpAddress sender, @Nullable TsigKey signedWith);
}
