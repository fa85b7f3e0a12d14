// SPDX-License-Identifier: Apache-2.0
/** Answers DNS queries for tasks, services and virtual addresses. */
@NullMarked
package io.dcosnet.dns;

import org.jspecify.annotations.NullMarked;
