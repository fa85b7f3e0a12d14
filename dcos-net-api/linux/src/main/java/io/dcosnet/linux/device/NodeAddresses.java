// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.device;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import java.util.List;
import java.util.Map;

/**
 * How the addresses of a node stand after a pass over them. <b>Immutable.</b>
 *
 * @param device that holds them
 * @param kind what it is made of, such as {@code dummy}; {@code loopback} for {@code lo}
 * @param there those that this node has now
 * @param changes what was done, a line each, as one would tell {@code ip}; empty when all was right
 * @param refused those that it does not have, and the kernel's words
 */
public record NodeAddresses(
    String device,
    String kind,
    List<IpAddress> there,
    List<String> changes,
    Map<IpAddress, String> refused) {

  public NodeAddresses {
    requireNonNull(device, "device");
    requireNonNull(kind, "kind");
    there = List.copyOf(there);
    changes = List.copyOf(changes);
    refused = Map.copyOf(refused);
  }
}
