// SPDX-License-Identifier: Apache-2.0
/** Will hold membership, failure detection and the replicated store; holds nothing yet. */
@NullMarked
package io.dcosnet.gossip;

import org.jspecify.annotations.NullMarked;
