// SPDX-License-Identifier: Apache-2.0
/**
 * The real roles, {@code dcos-net master} and {@code dcos-net agent}: one class per feature that
 * turns its section of the configuration into parts, and a node that runs them. Start reading at
 * {@link io.dcosnet.standalone.role.Node}.
 */
@NullMarked
package io.dcosnet.standalone.role;

import org.jspecify.annotations.NullMarked;
