// SPDX-License-Identifier: Apache-2.0
/**
 * How sources show who they are: {@link io.dcosnet.sources.auth.Authorization} is the seam, {@link
 * io.dcosnet.sources.auth.BasicAuthorization} and {@link io.dcosnet.sources.auth.ServiceAccount}
 * are what DC/OS clusters ask for, {@link io.dcosnet.sources.auth.TlsFiles} reads certificates.
 */
@NullMarked
package io.dcosnet.sources.auth;

import org.jspecify.annotations.NullMarked;
