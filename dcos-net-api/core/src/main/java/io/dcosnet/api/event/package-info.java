// SPDX-License-Identifier: Apache-2.0
/**
 * How news travels between parts: {@link io.dcosnet.api.event.Change} is one thing before and
 * after, {@link io.dcosnet.api.event.Latest} tells of a value of which only the newest counts,
 * {@link io.dcosnet.api.event.Subscription} ends the delivery.
 */
@NullMarked
package io.dcosnet.api.event;

import org.jspecify.annotations.NullMarked;
