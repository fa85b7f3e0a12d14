// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.Bytes;

/** A whole store at one moment. <b>Immutable</b>, and may be encoded by any thread. */
public final class StoreImage {

  StoreImage() {}

  /** As {@link StoreState#load} reads it. */
  public Bytes encode() {
    throw new UnsupportedOperationException();
  }
}
