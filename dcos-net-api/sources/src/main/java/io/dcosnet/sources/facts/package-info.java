// SPDX-License-Identifier: Apache-2.0
/**
 * What is told of a cluster in few bytes: tasks, agents, frameworks and masters as they travel
 * between nodes and lie on disks, and what of an old state still holds after an election. All of it
 * is pure; start reading at {@link io.dcosnet.sources.facts.FactCodec}.
 */
@NullMarked
package io.dcosnet.sources.facts;

import org.jspecify.annotations.NullMarked;
