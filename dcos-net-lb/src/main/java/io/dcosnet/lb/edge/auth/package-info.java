// SPDX-License-Identifier: Apache-2.0
/**
 * Passwords as {@code crypt(3)} keeps them, checked without the C library. Start reading at {@link
 * io.dcosnet.lb.edge.auth.CryptHash}.
 */
@NullMarked
package io.dcosnet.lb.edge.auth;

import org.jspecify.annotations.NullMarked;
