// SPDX-License-Identifier: Apache-2.0
/**
 * How nodes tell each other about back ends: one small entry in the replicated store for each back
 * end and writer, so a change of one back end writes one entry. Start reading at {@link
 * io.dcosnet.lb.exchange.BackendEntry}; {@link io.dcosnet.lb.exchange.BackendPublisher} writes,
 * {@link io.dcosnet.lb.exchange.BackendView} reads. What is drained goes the same way ({@link
 * io.dcosnet.lb.exchange.DrainView}), and is answered by messages ({@link
 * io.dcosnet.lb.exchange.DrainAnswers}).
 */
@NullMarked
package io.dcosnet.lb.exchange;

import org.jspecify.annotations.NullMarked;
