// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.exchange;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.overlay.json.JsonObject;

/**
 * An agent has nothing any more: a master has deleted it. It ends what the agent itself wrote, up
 * to this revision; what it writes after it registered again is newer. On the wire it is a JSON
 * object with a version. <b>Immutable.</b>
 *
 * @param revision of the master's store by which the agent is deleted, 1 or more
 */
public record Withdrawal(long revision) {

  /** The version that we write. */
  static final int VERSION = 1;

  public Withdrawal {
    if (revision < 1) {
      throw new IllegalArgumentException("revision: " + revision + " (expected: 1 or more)");
    }
  }

  /** The bytes for the store. */
  public Bytes encode() {
    return Bytes.utf8(
        JsonNodeFactory.instance
            .objectNode()
            .put("v", VERSION)
            .put("revision", revision)
            .toString());
  }

  /**
   * Reads one, also of a later version.
   *
   * @throws DecodeException for anything else
   */
  public static Withdrawal decode(Bytes value) {
    JsonObject json = JsonObject.parse(value);
    return JsonObject.strictly(() -> new Withdrawal(json.neededNumber("revision")));
  }
}
