// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.agent;

/** Where an agent stands with its master; its containers do not depend on it. */
public enum AgentPhase {
  /** It asks for its addresses, or whether what it has is still right. */
  REGISTERING,
  /** It was answered, and puts that on its devices. */
  CONFIGURING,
  /** It works, and says so from time to time. */
  REGISTERED
}
