// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.dcos;

/** Which address of a task a name gives. */
enum DcosView {

  /** That of its node. */
  AGENTIP,

  /** Those of its container. */
  CONTAINERIP,

  /** That of the node when a port of it leads into the container, else those of the container. */
  AUTOIP;

  /** The label in names. */
  String label() {
    return switch (this) {
      case AGENTIP -> "agentip";
      case CONTAINERIP -> "containerip";
      case AUTOIP -> "autoip";
    };
  }
}
