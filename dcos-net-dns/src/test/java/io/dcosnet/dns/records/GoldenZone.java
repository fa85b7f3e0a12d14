// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads what is expected of a zone of dcos-net. */
public final class GoldenZone {

  private GoldenZone() {}

  /** The records: owner to lines such as {@code A 192.0.2.1}. */
  @SuppressWarnings("unchecked")
  public static Map<String, @Nullable Object> records(String json) {
    return (Map<String, @Nullable Object>)
        Objects.requireNonNull(JsonTree.object(json).get("records"), "records");
  }
}
