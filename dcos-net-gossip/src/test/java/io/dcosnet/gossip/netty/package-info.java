// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.dcosnet.gossip.netty;

import org.jspecify.annotations.NullMarked;
