// SPDX-License-Identifier: Apache-2.0
/**
 * What an agent and the master say to each other: {@link io.dcosnet.overlay.link.MasterLink} is the
 * seam, the other types are its words. Start reading there.
 */
@NullMarked
package io.dcosnet.overlay.link;

import org.jspecify.annotations.NullMarked;
