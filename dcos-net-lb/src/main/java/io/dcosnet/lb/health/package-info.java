// SPDX-License-Identifier: Apache-2.0
/**
 * Whom to trust: what data paths tell of connections becomes verdicts on back ends, and verdicts
 * become weights. Stands above every data path and knows none of them. Start reading at {@link
 * io.dcosnet.lb.health.BackendHealth}; what may be set is in {@link
 * io.dcosnet.lb.health.HealthRules}.
 */
@NullMarked
package io.dcosnet.lb.health;

import org.jspecify.annotations.NullMarked;
