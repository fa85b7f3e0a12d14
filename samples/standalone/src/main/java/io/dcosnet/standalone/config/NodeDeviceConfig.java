// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.util.List;

/**
 * Section {@code node.device}: addresses that this node alone has, for its name servers.
 * <b>Immutable.</b>
 *
 * @param name of the device that holds them
 */
public record NodeDeviceConfig(boolean enabled, String name, List<IpAddress> addresses) {

  /** As in DC/OS: three, so that a slow answer is asked for again at the next one. */
  private static final List<IpAddress> ADDRESSES =
      List.of(
          IpAddress.parse("198.51.100.1"),
          IpAddress.parse("198.51.100.2"),
          IpAddress.parse("198.51.100.3"),
          IpAddress.parse("fd01:d::c633:6401"));

  private static final int DNS_PORT = 53;

  private static final Kind<String> DEVICE =
      Kind.ofText(
          "a device name, 1-15 letters, digits, and . _ -",
          text -> {
            if (!text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,14}")) {
              throw new IllegalArgumentException(text);
            }
            return text;
          });

  static NodeDeviceConfig read(Section device) {
    NodeDeviceConfig config =
        new NodeDeviceConfig(
            device.value(
                "enabled",
                Kind.FLAG,
                false,
                "Whether the device is made at the start; needs root. It stays when the node stops;"
                    + " dcos-net cleanup removes it."),
            device.value(
                "name",
                DEVICE,
                "spartan",
                "Its name. A dummy where the kernel has such devices, else a bridge without ports;"
                    + " where it has neither, the addresses are on lo."),
            device.list(
                "addresses",
                Kind.ADDRESS,
                ADDRESSES,
                "Its addresses. The DNS server listens at port 53 of each, unless dns.listen says"
                    + " otherwise."));
    if (config.enabled && config.addresses.isEmpty()) {
      device.problem("addresses", "none", "one at least");
    }
    return config;
  }

  /** Where the DNS server listens unless it is told otherwise; empty without a device. */
  List<HostPort> nameServers() {
    return enabled
        ? addresses.stream().map(address -> new HostPort(address, DNS_PORT)).toList()
        : List.of();
  }
}
