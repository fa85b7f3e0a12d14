// SPDX-License-Identifier: Apache-2.0
/**
 * The event stream of a Mesos master without clock, sockets and JSON: how its bytes fall into
 * records and what its events do to a cluster state. Start reading at {@link
 * io.dcosnet.sources.mesos.stream.EventState}.
 */
@NullMarked
package io.dcosnet.sources.mesos.stream;

import org.jspecify.annotations.NullMarked;
