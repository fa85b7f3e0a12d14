// SPDX-License-Identifier: Apache-2.0
/**
 * What Mesos says of its cluster: a master by its events or by its state, an agent by what runs on
 * it. A document is refused as a whole only when nothing can be trusted in it; otherwise each
 * faulty part is left out by itself and reported. Start reading at {@link
 * io.dcosnet.sources.mesos.MesosSource}, {@link io.dcosnet.sources.mesos.MesosAgentSource}, or
 * {@link io.dcosnet.sources.mesos.MesosStateReader} for what is read.
 */
@NullMarked
package io.dcosnet.sources.mesos;

import org.jspecify.annotations.NullMarked;
