// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import io.dcosnet.api.Bytes;
import java.util.List;

/**
 * The keys of a cluster as this node has them: one primary, which seals what it sends, and others,
 * which open what it gets.
 *
 * <p><b>Thread-safe.</b>
 */
public final class KeyRing implements KeyState {

  private KeyRing() {}

  /** A ring of one key, kept in memory only. */
  public static KeyRing of(GossipKey primary) {
    throw new UnsupportedOperationException();
  }

  /** Makes a key known without using it. */
  public void install(GossipKey key) {
    throw new UnsupportedOperationException();
  }

  /** Makes a known key the one that seals. */
  public void use(int id) {
    throw new UnsupportedOperationException();
  }

  /** Forgets a key that does not seal. */
  public void remove(int id) {
    throw new UnsupportedOperationException();
  }

  public GossipKey primary() {
    throw new UnsupportedOperationException();
  }

  /** Ids of all keys, ascending. */
  public List<Integer> ids() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Bytes state() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean merge(Bytes other) {
    throw new UnsupportedOperationException();
  }
}
