// SPDX-License-Identifier: Apache-2.0
/** Keeps virtual addresses and the edge proxy pointed at the running tasks. */
@NullMarked
package io.dcosnet.lb;

import org.jspecify.annotations.NullMarked;
