// SPDX-License-Identifier: Apache-2.0
/**
 * The Linux kernel as seen from Java: whether it can be called at all ({@link
 * io.dcosnet.linux.Linux}) and how it says no ({@link io.dcosnet.linux.KernelException}).
 */
@NullMarked
package io.dcosnet.linux;

import org.jspecify.annotations.NullMarked;
