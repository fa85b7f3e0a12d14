// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.net.IpAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code node}: who this node is. <b>Immutable.</b>
 *
 * @param address where the others reach it; agents have one
 * @param dataDirectory holds what must outlive the process, first of all the identity
 * @param region empty where nobody told
 * @param zone empty where nobody told
 * @param device that holds addresses of its own
 */
public record NodeConfig(
    @Nullable IpAddress address,
    Path dataDirectory,
    String region,
    String zone,
    NodeDeviceConfig device) {

  /** Where nobody said otherwise. */
  public static final Path DEFAULT_DATA_DIRECTORY = Path.of("/var/lib/dcos-net");

  static NodeConfig read(Section node, Role role) {
    NodeConfig config =
        new NodeConfig(
            node.optional(
                "address",
                Kind.ADDRESS,
                "Address at which this node is known to the others, that of its Mesos agent."
                    + " Agents need it."),
            node.value(
                "dataDir",
                node.path(),
                DEFAULT_DATA_DIRECTORY,
                "Folder for what must outlive the process. The file node.id in it is the identity"
                    + " of the node; it is made at the first start."),
            node.value("region", Kind.TEXT, "", "Name of the region that the node is in."),
            node.value("zone", Kind.TEXT, "", "Name of the fault domain that the node is in."),
            NodeDeviceConfig.read(
                node.section(
                    "device",
                    "A device with addresses that only this node has, for its name servers.")));
    if (role == Role.AGENT && !node.isGiven("address")) {
      node.problem("address", "missing", "the address of this agent");
    }
    return config;
  }
}
