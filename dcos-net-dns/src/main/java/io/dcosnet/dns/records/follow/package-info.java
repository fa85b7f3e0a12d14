// SPDX-License-Identifier: Apache-2.0

/**
 * How a zone keeps up with its source: {@link io.dcosnet.dns.records.follow.ClusterFollowing} turns
 * the updates of a cluster into snapshots with serials. Not seen by hosts.
 */
@NullMarked
package io.dcosnet.dns.records.follow;

import org.jspecify.annotations.NullMarked;
