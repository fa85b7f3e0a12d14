// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.dcosnet.dns.outside;

import org.jspecify.annotations.NullMarked;
