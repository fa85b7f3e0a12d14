// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

/** What a host has of the overlays. */
public enum HostPart {
  /** A subnet of each for its containers, and a way to those of all other hosts. */
  CONTAINERS,
  /** A way to the containers of all hosts, and none of its own, as masters of DC/OS have it. */
  GATEWAY,
  /** Nothing. */
  NONE
}
