// SPDX-License-Identifier: Apache-2.0
/** Gives every container an address that every node can reach. */
@NullMarked
package io.dcosnet.overlay;

import org.jspecify.annotations.NullMarked;
