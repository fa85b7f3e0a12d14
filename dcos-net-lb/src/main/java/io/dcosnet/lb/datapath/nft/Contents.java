// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.linux.nft.NftElement;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Elements of the sets of the table, by their keys. <b>Not thread-safe.</b> */
final class Contents {

  private final Map<Part, Map<Bytes, NftElement>> parts = new EnumMap<>(Part.class);

  Contents() {
    for (Part part : Part.values()) {
      parts.put(part, new HashMap<>());
    }
  }

  void put(Part part, NftElement element) {
    requireNonNull(parts.get(part)).put(element.key(), element);
  }

  void remove(Part part, Bytes key) {
    requireNonNull(parts.get(part)).remove(key);
  }

  Map<Bytes, NftElement> of(Part part) {
    return Collections.unmodifiableMap(requireNonNull(parts.get(part)));
  }

  int size() {
    return parts.values().stream().mapToInt(Map::size).sum();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Contents that && parts.equals(that.parts);
  }

  @Override
  public int hashCode() {
    return parts.hashCode();
  }

  @Override
  public String toString() {
    return parts.toString();
  }
}
