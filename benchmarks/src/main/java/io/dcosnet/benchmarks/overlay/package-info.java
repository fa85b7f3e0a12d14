// SPDX-License-Identifier: Apache-2.0
/** What {@code benchmarks/overlay} runs. */
@NullMarked
package io.dcosnet.benchmarks.overlay;

import org.jspecify.annotations.NullMarked;
