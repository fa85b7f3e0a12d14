// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

/** Why a link is no more. */
public enum LinkEnd {
  /** The other side closed it in order. */
  CLOSED,

  /** The other side reset it: the process is gone, or refuses us. */
  RESET,

  /** Nobody listens at the address: the host is there, the process is not. */
  REFUSED,

  /** The other side did not answer, or made no progress. */
  TIMEOUT,

  /** The system cannot reach the address at all, or another local failure. */
  UNREACHABLE,

  /** The other side could not prove that it belongs to the cluster, or broke the format. */
  INVALID
}
