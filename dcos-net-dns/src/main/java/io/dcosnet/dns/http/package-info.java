// SPDX-License-Identifier: Apache-2.0
/**
 * Names over HTTP, as handlers that a host mounts where it likes: the API of Mesos-DNS ({@link
 * io.dcosnet.dns.http.MesosDnsApi}), that of dcos-net ({@link io.dcosnet.dns.http.DcosDnsApi}) and
 * our own ({@link io.dcosnet.dns.http.ZonesApi}), which shows zones, what was left out, and why a
 * name is answered as it is. No handler blocks; large answers are made on an executor. Who may ask
 * is the host's matter: see {@link io.dcosnet.api.http.BearerGuard}.
 */
@NullMarked
package io.dcosnet.dns.http;

import org.jspecify.annotations.NullMarked;
