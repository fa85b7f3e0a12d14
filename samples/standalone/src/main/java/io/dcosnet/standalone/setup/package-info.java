// SPDX-License-Identifier: Apache-2.0
/**
 * What a node changes on its machine so that programs find its names: a device with addresses, and
 * {@code /etc/resolv.conf}. Start reading at {@link io.dcosnet.standalone.setup.NodeSetup}.
 */
@NullMarked
package io.dcosnet.standalone.setup;

import org.jspecify.annotations.NullMarked;
