// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.nft;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import java.util.Optional;

/**
 * An element of a set, or of a map, which then has a value or a verdict. <b>Immutable.</b>
 *
 * @param key as {@link NftFields} writes it
 * @param value what a map of data gives for the key
 * @param verdict what a map of verdicts gives for the key
 */
public record NftElement(Bytes key, Optional<Bytes> value, Optional<NftVerdict> verdict) {

  public NftElement {
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    requireNonNull(verdict, "verdict");
  }

  /** One of a set. */
  public static NftElement of(Bytes key) {
    return new NftElement(key, Optional.empty(), Optional.empty());
  }

  /** One of a map. */
  public static NftElement of(Bytes key, Bytes value) {
    return new NftElement(key, Optional.of(value), Optional.empty());
  }

  /** One of a map of verdicts. */
  public static NftElement of(Bytes key, NftVerdict verdict) {
    return new NftElement(key, Optional.empty(), Optional.of(verdict));
  }
}
