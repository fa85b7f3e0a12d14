// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.dcosnet.gossip.seed;

import org.jspecify.annotations.NullMarked;
