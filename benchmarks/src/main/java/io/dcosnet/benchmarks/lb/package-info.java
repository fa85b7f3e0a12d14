// SPDX-License-Identifier: Apache-2.0
/** What the scripts in {@code benchmarks/lb} run of ours. */
@NullMarked
package io.dcosnet.benchmarks.lb;

import org.jspecify.annotations.NullMarked;
