// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import org.jspecify.annotations.Nullable;

/**
 * Hears what each question to a server came to.
 *
 * <p><b>Thread-safe</b>; must not block.
 */
interface UpstreamWatch {

  /** It answered, be it with an error. */
  void answered(UpstreamHealth health, Upstream.Carrier carrier, long nanos);

  /** It takes longer than it should; it may be slow, or we are. */
  void late(UpstreamHealth health, Upstream.Carrier carrier);

  /** It was late with a question sent at {@code askedAt}, and that is not because of us. */
  void silent(UpstreamHealth health, long askedAt);

  /** A question sent at {@code askedAt} will never get a reply. */
  void lost(UpstreamHealth health, Upstream.Carrier carrier, String reason, long askedAt);

  /** It gave a reply that is of no use, which says nothing of the way to it. */
  void useless(UpstreamHealth health, Upstream.Carrier carrier, String reason);

  /** It could not be asked by a fault of the program. */
  void faulty(UpstreamHealth health, Upstream.Carrier carrier, @Nullable Throwable fault);
}
