// SPDX-License-Identifier: Apache-2.0
/**
 * How every part starts, stops and fails: {@link io.dcosnet.api.Lifecycle} and the error root
 * {@link io.dcosnet.api.DcosNetException}.
 */
@NullMarked
package io.dcosnet.api;

import org.jspecify.annotations.NullMarked;
