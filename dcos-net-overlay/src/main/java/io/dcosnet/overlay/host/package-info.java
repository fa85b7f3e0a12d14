// SPDX-License-Identifier: Apache-2.0
/**
 * The seam to the kernel of a host: {@link io.dcosnet.overlay.host.HostNetwork} is told what must
 * be there and says what became of it. Start reading there.
 */
@NullMarked
package io.dcosnet.overlay.host;

import org.jspecify.annotations.NullMarked;
