// SPDX-License-Identifier: Apache-2.0
/**
 * What carries connections from virtual addresses to back ends, behind one interface: {@link
 * io.dcosnet.lb.datapath.DataPath}. Each implementation has a package of its own; {@link
 * io.dcosnet.lb.datapath.MemoryDataPath} only remembers what it was told.
 */
@NullMarked
package io.dcosnet.lb.datapath;

import org.jspecify.annotations.NullMarked;
