// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.dcosnet.linux.bpf;

import org.jspecify.annotations.NullMarked;
