// SPDX-License-Identifier: Apache-2.0
/**
 * The C library: its functions as they are, memory that they may write to, and the layout of its
 * structures. Not for hosts.
 */
@NullMarked
package io.dcosnet.linux.libc;

import org.jspecify.annotations.NullMarked;
