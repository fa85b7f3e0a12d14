// SPDX-License-Identifier: Apache-2.0
/**
 * {@code dcos-net cleanup}: takes what is ours out of the kernel; start reading at {@link
 * io.dcosnet.standalone.cleanup.CleanupCommand}.
 */
@NullMarked
package io.dcosnet.standalone.cleanup;

import org.jspecify.annotations.NullMarked;
