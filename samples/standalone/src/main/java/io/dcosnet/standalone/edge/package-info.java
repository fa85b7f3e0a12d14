// SPDX-License-Identifier: Apache-2.0
/** The group of commands {@code edge}: which requests from outside reach which tasks. */
@NullMarked
package io.dcosnet.standalone.edge;

import org.jspecify.annotations.NullMarked;
