// SPDX-License-Identifier: Apache-2.0
/**
 * A device that holds addresses of this node which no network gave it, such as those of its own
 * name servers; start reading at {@link io.dcosnet.linux.device.NodeDevice}.
 */
@NullMarked
package io.dcosnet.linux.device;

import org.jspecify.annotations.NullMarked;
