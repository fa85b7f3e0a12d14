// SPDX-License-Identifier: Apache-2.0
/**
 * What a scheduler knows about its cluster, as immutable values. Start reading at {@link
 * io.dcosnet.api.model.ClusterState}, then {@link io.dcosnet.api.model.Task}.
 */
@NullMarked
package io.dcosnet.api.model;

import org.jspecify.annotations.NullMarked;
