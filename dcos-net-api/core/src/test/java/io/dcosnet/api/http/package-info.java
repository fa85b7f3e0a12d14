// SPDX-License-Identifier: Apache-2.0
/** Tests of the HTTP values. */
@NullMarked
package io.dcosnet.api.http;

import org.jspecify.annotations.NullMarked;
