// SPDX-License-Identifier: Apache-2.0
/**
 * Questions to a running node, asked at its admin server: {@code dcos-net status} and {@code
 * dcos-net explain}. Start reading at {@link io.dcosnet.standalone.ask.AdminClient}.
 */
@NullMarked
package io.dcosnet.standalone.ask;

import org.jspecify.annotations.NullMarked;
