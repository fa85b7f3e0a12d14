// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.response;

import static java.util.Objects.requireNonNull;

/**
 * How responses of a server look where the protocol leaves a choice. <b>Immutable.</b>
 *
 * @param rotation order of the records of one name and type
 * @param truncateBit false for clients that cannot bear TC: then a cut answer does not say so,
 *     unless nothing of it is left ({@code SetTruncateBit} of Mesos-DNS)
 * @param identity what the server tells of itself
 */
public record ResponseStyle(Rotation rotation, boolean truncateBit, ServerIdentity identity) {

  /** Random order, TC where due, nothing told. */
  public static final ResponseStyle DEFAULTS =
      new ResponseStyle(Rotation.RANDOM, true, ServerIdentity.UNTOLD);

  public ResponseStyle {
    requireNonNull(rotation, "rotation");
    requireNonNull(identity, "identity");
  }

  public ResponseStyle withRotation(Rotation other) {
    return new ResponseStyle(other, truncateBit, identity);
  }

  public ResponseStyle withTruncateBit(boolean on) {
    return new ResponseStyle(rotation, on, identity);
  }

  public ResponseStyle withIdentity(ServerIdentity other) {
    return new ResponseStyle(rotation, truncateBit, other);
  }
}
