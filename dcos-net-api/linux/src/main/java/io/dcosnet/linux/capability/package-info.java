// SPDX-License-Identifier: Apache-2.0
/**
 * What the kernel of this machine can do for this process, found out by trying. Start reading at
 * {@link io.dcosnet.linux.capability.Capabilities}.
 */
@NullMarked
package io.dcosnet.linux.capability;

import org.jspecify.annotations.NullMarked;
