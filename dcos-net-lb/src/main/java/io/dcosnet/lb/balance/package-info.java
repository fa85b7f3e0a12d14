// SPDX-License-Identifier: Apache-2.0
/**
 * How a connection picks one of several back ends. Pure arithmetic on weights, fit for the hot
 * path: a pick neither allocates nor looks at a clock. Start reading at {@link
 * io.dcosnet.lb.balance.Picker}; {@link io.dcosnet.lb.balance.Pickers} knows all of them.
 */
@NullMarked
package io.dcosnet.lb.balance;

import org.jspecify.annotations.NullMarked;
