// SPDX-License-Identifier: Apache-2.0

/** The figures of this module: {@link io.dcosnet.dns.metrics.DnsMetrics} has all names. */
@NullMarked
package io.dcosnet.dns.metrics;

import org.jspecify.annotations.NullMarked;
