// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

/**
 * What health has to say about names. A task is unhealthy when its newest status says so, or when
 * it is checked and no result is there yet.
 */
public enum HealthPolicy {

  /** Nothing, as with the predecessors. */
  IGNORE,

  /** An unhealthy task has no records. */
  EXCLUDE_UNHEALTHY,

  /** As above, but a name of which every instance is unhealthy keeps them all. */
  EXCLUDE_UNHEALTHY_UNLESS_ALL
}
