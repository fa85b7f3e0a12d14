// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

/** What makes the devices and routes of the overlays on a host. */
public enum HostNetworkKind {
  /** This process, in the kernel, by netlink; needs root. */
  NETLINK,
  /** Something else; this node only keeps what the host was given, and tells it. */
  NONE
}
