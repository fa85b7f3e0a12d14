// SPDX-License-Identifier: Apache-2.0
/**
 * Tells somebody which queries a server answered, one of many or all. Start reading at {@link
 * io.dcosnet.dns.querylog.QueryLog}.
 */
@NullMarked
package io.dcosnet.dns.querylog;

import org.jspecify.annotations.NullMarked;
