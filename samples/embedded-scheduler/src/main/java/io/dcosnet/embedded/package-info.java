// SPDX-License-Identifier: Apache-2.0
/**
 * What a host has to write to give its tasks names and virtual addresses. Start reading at {@link
 * io.dcosnet.embedded.EmbeddedScheduler}.
 */
@NullMarked
package io.dcosnet.embedded;

import org.jspecify.annotations.NullMarked;
