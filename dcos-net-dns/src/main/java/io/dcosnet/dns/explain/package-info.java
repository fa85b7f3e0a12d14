// SPDX-License-Identifier: Apache-2.0
/**
 * Why a name is answered as it is: which zone it belongs to, what was found there, which task made
 * each record and when, what was left out, and what a person may have meant. Start reading at
 * {@link io.dcosnet.dns.explain.Explainer}.
 */
@NullMarked
package io.dcosnet.dns.explain;

import org.jspecify.annotations.NullMarked;
