// SPDX-License-Identifier: Apache-2.0

/**
 * What the data paths of the kernel share; start reading at {@link
 * io.dcosnet.lb.datapath.kernel.KernelLoop}.
 */
@NullMarked
package io.dcosnet.lb.datapath.kernel;

import org.jspecify.annotations.NullMarked;
