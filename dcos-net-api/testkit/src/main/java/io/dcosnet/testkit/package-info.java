// SPDX-License-Identifier: Apache-2.0
/**
 * Contracts of every SPI, virtual time and fakes, for the tests of hosts and of this project. A
 * class named {@code …Contract} is a suite to extend: run it on an implementation of your own, and
 * the parts of dcos-net will work with it. Start reading at {@link io.dcosnet.testkit.VirtualTime}.
 */
@NullMarked
package io.dcosnet.testkit;

import org.jspecify.annotations.NullMarked;
