// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.sources.SourceFailure;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Somebody who is asked what runs in the cluster: the masters, the agent beside the node, or a
 * file. <b>Thread-safe.</b>
 *
 * @param kind in a word
 * @param from whom it asks, without secrets
 * @param more adds to the status what only this kind knows
 */
record ClusterInput(
    String kind,
    String from,
    ClusterSource source,
    Lifecycle life,
    Supplier<Optional<SourceFailure>> lastFailure,
    Consumer<ObjectNode> more) {

  ClusterInput(
      String kind,
      String from,
      ClusterSource source,
      Lifecycle life,
      Supplier<Optional<SourceFailure>> lastFailure) {
    this(kind, from, source, life, lastFailure, status -> {});
  }

  /**
   * What {@code /v1/status} says of it.
   *
   * @param told what comes of it: itself, or it with what is kept on the disk
   */
  ObjectNode document(ClusterSource told) {
    ClusterState cluster = told.cluster();
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("kind", kind);
    document.put("from", from);
    document.put("ready", told.ready());
    document.put("agents", cluster.agents().size());
    document.put("frameworks", cluster.frameworks().size());
    document.put("tasks", cluster.tasks().size());
    Masters masters = cluster.masters();
    Master leader = masters.leader();
    document.put("leader", leader == null ? null : leader.endpoint().toString());
    document.put(
        "awaitedAgents",
        masters.awaited().stream().filter(agent -> !agent.equals(Masters.OTHERS)).count());
    document.put("leftOut", told.rejections().size());
    more.accept(document);
    lastFailure
        .get()
        .ifPresent(
            failure ->
                document
                    .putObject("failure")
                    .put("reason", failure.reason())
                    .put("at", failure.at().toString())
                    .put("inARow", failure.inARow()));
    return document;
  }
}
