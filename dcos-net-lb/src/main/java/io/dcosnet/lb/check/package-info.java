// SPDX-License-Identifier: Apache-2.0
/**
 * Trying back ends now and then, for those VIPs that ask for it: some nodes try each one and tell
 * all others when it does not work. Start reading at {@link io.dcosnet.lb.check.CheckRules}; {@link
 * io.dcosnet.lb.check.Checkers} says who tries what, {@link io.dcosnet.lb.check.CheckLoop} does it
 * by a {@link io.dcosnet.lb.check.Probe}.
 */
@NullMarked
package io.dcosnet.lb.check;

import org.jspecify.annotations.NullMarked;
