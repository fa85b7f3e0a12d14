// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.dcosnet.dns.http;

import org.jspecify.annotations.NullMarked;
