// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.event;

/**
 * Ends the delivery to one listener. After {@link #close} returns no new call begins; one that is
 * under way may still end. Idempotent, safe from any thread, also from within the listener.
 */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
  @Override
  void close();
}
