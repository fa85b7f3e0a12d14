// SPDX-License-Identifier: Apache-2.0
/**
 * The launcher {@code dcos-net}: a host like any other that wires the modules, as a demo cluster,
 * as single servers and as tools on files. One package per group of commands. Start reading at
 * {@link io.dcosnet.standalone.Main}.
 */
@NullMarked
package io.dcosnet.standalone;

import org.jspecify.annotations.NullMarked;
