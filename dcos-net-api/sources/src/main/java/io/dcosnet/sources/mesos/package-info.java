// SPDX-License-Identifier: Apache-2.0
/**
 * What a Mesos master says of its cluster. A state document is refused as a whole only when nothing
 * can be trusted in it; otherwise each faulty part is left out by itself and reported. Start
 * reading at {@link io.dcosnet.sources.mesos.MesosStateReader}.
 */
@NullMarked
package io.dcosnet.sources.mesos;

import org.jspecify.annotations.NullMarked;
