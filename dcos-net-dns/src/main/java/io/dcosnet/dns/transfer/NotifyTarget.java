// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import org.jspecify.annotations.Nullable;

/** A zone that wants to hear from its primaries that there is a new one. <b>Thread-safe.</b> */
interface NotifyTarget {

  DomainName origin();

  /** The key that its primaries sign with, null without one. */
  @Nullable TsigKey key();

  /**
   * Somebody says that the zone has changed, signed or not: it is only asked for sooner. Must not
   * block.
   *
   * @return false when the sender is none that may say so
   */
  boolean notified(IpAddress sender);
}
