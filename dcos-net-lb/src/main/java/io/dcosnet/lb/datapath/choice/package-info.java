// SPDX-License-Identifier: Apache-2.0

/**
 * Which path carries connections: several side by side ({@link
 * io.dcosnet.lb.datapath.choice.PairedDataPath}), and the best that a machine allows, to be
 * replaced while it works. Start reading at {@link io.dcosnet.lb.datapath.choice.ChosenDataPath}.
 */
@NullMarked
package io.dcosnet.lb.datapath.choice;

import org.jspecify.annotations.NullMarked;
