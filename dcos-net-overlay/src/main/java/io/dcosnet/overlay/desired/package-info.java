// SPDX-License-Identifier: Apache-2.0
/**
 * What the kernel of one host must hold so that its containers and those of other hosts reach each
 * other, as values that can be compared. No kernel here. Start reading at {@link
 * io.dcosnet.overlay.desired.DesiredState}.
 */
@NullMarked
package io.dcosnet.overlay.desired;

import org.jspecify.annotations.NullMarked;
