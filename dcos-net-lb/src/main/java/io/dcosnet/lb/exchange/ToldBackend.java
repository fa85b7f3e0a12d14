// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.vip.Reach;

/**
 * One entry of the store about a back end, and what this node thinks of it. <b>Immutable.</b>
 *
 * @param counts false where another writer says something of the same back end that counts more
 * @param reach what is believed of the node that the task runs on
 * @param best the best state that it may have: down when somebody drained it
 * @param failing whether it fails its checks, heeded or not
 */
public record ToldBackend(
    BackendEntry entry,
    NodeId writer,
    OwnerState writerState,
    boolean counts,
    Reach reach,
    Backend.State best,
    boolean failing) {}
