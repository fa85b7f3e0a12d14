// SPDX-License-Identifier: Apache-2.0
/** Writing JSON, for the parts that show things over HTTP. */
@NullMarked
package io.dcosnet.dns.json;

import org.jspecify.annotations.NullMarked;
