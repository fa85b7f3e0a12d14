// SPDX-License-Identifier: Apache-2.0
/**
 * Connections as the kernel tracks them for NAT: they keep going where they went, whatever the
 * rules say by now, until they are deleted. Start reading at {@link
 * io.dcosnet.linux.conntrack.Conntrack}.
 */
@NullMarked
package io.dcosnet.linux.conntrack;

import org.jspecify.annotations.NullMarked;
