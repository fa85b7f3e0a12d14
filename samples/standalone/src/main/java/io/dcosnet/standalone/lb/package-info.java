// SPDX-License-Identifier: Apache-2.0
/**
 * {@code dcos-net lb}: VIPs from a file, carried by whichever data path; start reading at {@link
 * io.dcosnet.standalone.lb.LbServeCommand}.
 */
@NullMarked
package io.dcosnet.standalone.lb;

import org.jspecify.annotations.NullMarked;
