// SPDX-License-Identifier: Apache-2.0
/**
 * Overlays over HTTP, as handlers that a host mounts where it likes: what agents and operators say
 * to a master ({@link io.dcosnet.overlay.http.MasterApi}), how agents reach it ({@link
 * io.dcosnet.overlay.http.HttpMasterLink}), and what an agent says of itself ({@link
 * io.dcosnet.overlay.http.AgentApi}). No handler blocks; what takes long runs on an executor. Who
 * may ask is the host's matter: see {@link io.dcosnet.api.http.BearerGuard}.
 */
@NullMarked
package io.dcosnet.overlay.http;

import org.jspecify.annotations.NullMarked;
