// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.dcosnet.overlay.apply;

import org.jspecify.annotations.NullMarked;
