// SPDX-License-Identifier: Apache-2.0
/**
 * What an operator says about the overlays: which networks there are, from which pools the agents
 * get theirs, and everything that is wrong with it. Start reading at {@link
 * io.dcosnet.overlay.config.NetworkConfig}.
 */
@NullMarked
package io.dcosnet.overlay.config;

import org.jspecify.annotations.NullMarked;
