// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.dcosnet.linux.conntrack;

import org.jspecify.annotations.NullMarked;
