// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.dcosnet.gossip.replica;

import org.jspecify.annotations.NullMarked;
