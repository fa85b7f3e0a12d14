// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.dcosnet.dns.zonefile;

import org.jspecify.annotations.NullMarked;
