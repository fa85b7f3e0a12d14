// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.dcosnet.gossip.store;

import org.jspecify.annotations.NullMarked;
