// SPDX-License-Identifier: Apache-2.0
/**
 * Reads clusters from Mesos, Marathon and files into one cluster state. What all sources share is
 * here; start reading at {@link io.dcosnet.sources.mesos.MesosStateSource} and {@link
 * io.dcosnet.sources.mesos.StateFileSource}.
 */
@NullMarked
package io.dcosnet.sources;

import org.jspecify.annotations.NullMarked;
