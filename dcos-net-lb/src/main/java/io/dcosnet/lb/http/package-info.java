// SPDX-License-Identifier: Apache-2.0
/**
 * VIPs over HTTP, as handlers that a host mounts where it likes: who serves what and who gets
 * connections ({@link io.dcosnet.lb.http.VipsApi}), why that is so ({@link
 * io.dcosnet.lb.http.ExplainVipApi}), and how the load balancer itself fares ({@link
 * io.dcosnet.lb.http.LbApi}). They only read. No handler blocks; what takes long runs on an
 * executor. Who may ask is the host's matter: see {@link io.dcosnet.api.http.BearerGuard}.
 */
@NullMarked
package io.dcosnet.lb.http;

import org.jspecify.annotations.NullMarked;
