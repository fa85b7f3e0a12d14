// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.dcosnet.linux.diag;

import org.jspecify.annotations.NullMarked;
