// SPDX-License-Identifier: Apache-2.0
/** Contracts of every SPI, virtual time and fakes, for the tests of hosts and of this project. */
@NullMarked
package io.dcosnet.testkit;

import org.jspecify.annotations.NullMarked;
