// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.dcosnet.dns.transport.upstream;

import org.jspecify.annotations.NullMarked;
