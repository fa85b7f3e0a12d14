// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.dcosnet.dns.records.table;

import org.jspecify.annotations.NullMarked;
