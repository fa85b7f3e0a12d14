// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.ipvs;

/**
 * What a service or destination has carried since it was added. Octets are those of whole packets.
 * <b>Immutable.</b>
 *
 * @param packetsIn from clients
 * @param packetsOut to clients
 * @param octetsIn from clients
 * @param octetsOut to clients
 */
public record IpvsTraffic(
    long connections, long packetsIn, long packetsOut, long octetsIn, long octetsOut) {

  /** Nothing yet. */
  public static final IpvsTraffic NONE = new IpvsTraffic(0, 0, 0, 0, 0);
}
