// SPDX-License-Identifier: Apache-2.0
/** Reads clusters from Mesos, Marathon and files into one cluster state. */
@NullMarked
package io.dcosnet.sources;

import org.jspecify.annotations.NullMarked;
