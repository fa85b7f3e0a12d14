// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a name came to its address in one family. <b>Immutable.</b>
 *
 * @param preferred what its hash picks
 * @param address what it has; null when the range is exhausted, or the name is not there
 * @param claimedMillis Unix time at which it was claimed first; 0 while nobody has
 * @param claimants nodes that claim it for the name, sorted
 * @param inTheWay the name that has the preferred address; null for nobody else
 */
public record NameStanding(
    IpAddress preferred,
    @Nullable IpAddress address,
    long claimedMillis,
    List<NodeId> claimants,
    @Nullable String inTheWay) {

  public NameStanding {
    requireNonNull(preferred, "preferred");
    claimants = List.copyOf(claimants);
  }
}
