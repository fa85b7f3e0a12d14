// SPDX-License-Identifier: Apache-2.0
/**
 * A whole cluster in one process, without root and without any other program: a master and three
 * agents on addresses of the loopback device, each with real sockets of its own, and a small
 * scheduler that runs tasks on them. Start reading at {@link
 * io.dcosnet.standalone.demo.DemoCommand} for what a person sees, at {@code DemoCluster} for the
 * wiring.
 */
@NullMarked
package io.dcosnet.standalone.demo;

import org.jspecify.annotations.NullMarked;
