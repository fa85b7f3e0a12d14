// SPDX-License-Identifier: Apache-2.0
/** What gossip costs. */
@NullMarked
package io.dcosnet.benchmarks.gossip;

import org.jspecify.annotations.NullMarked;
