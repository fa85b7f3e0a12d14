// SPDX-License-Identifier: Apache-2.0
/**
 * Figures of all parts for Prometheus. Start reading at {@link
 * io.dcosnet.standalone.metrics.PrometheusMetrics}.
 */
@NullMarked
package io.dcosnet.standalone.metrics;

import org.jspecify.annotations.NullMarked;
