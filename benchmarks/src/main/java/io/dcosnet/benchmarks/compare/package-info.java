// SPDX-License-Identifier: Apache-2.0
/** Our parts beside others that do the same job. */
@NullMarked
package io.dcosnet.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
