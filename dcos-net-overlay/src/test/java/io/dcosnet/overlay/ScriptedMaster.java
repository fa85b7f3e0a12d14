// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.link.AppliedReport;
import io.dcosnet.overlay.link.Assignment;
import io.dcosnet.overlay.link.MasterLink;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A master that gives what it is told to, is away, silent, or refuses. */
final class ScriptedMaster implements MasterLink {

  final List<RegisterRequest> requests = new ArrayList<>();
  final List<AppliedReport> reports = new ArrayList<>();
  final List<Rejection> shortfalls = new ArrayList<>();
  private final NetworkConfig config;
  private final Map<Object, AgentRecord> records = new HashMap<>();
  private long revision = 1;
  boolean away;
  boolean silent;
  @Nullable RegisterAnswer instead;

  ScriptedMaster(NetworkConfig config) {
    this.config = config;
  }

  void give(AgentRecord record) {
    records.put(record.agent(), record);
    revision++;
  }

  long revision() {
    return revision;
  }

  Assignment assignment(RegisterRequest request) {
    AgentRecord held = records.get(request.agent());
    if (held == null) {
      throw new IllegalStateException("nothing was prepared for " + request.agent());
    }
    if (!held.ip().equals(request.ip())) {
      held = new AgentRecord(held.agent(), request.ip(), held.vtep(), held.vtep6(), held.subnets());
      give(held);
    }
    return new Assignment(held, config, revision);
  }

  @Override
  public CompletionStage<RegisterAnswer> register(RegisterRequest request) {
    requests.add(request);
    if (silent) {
      return new CompletableFuture<>();
    }
    if (away) {
      return CompletableFuture.failedStage(new DcosNetException("no master"));
    }
    if (instead != null) {
      return CompletableFuture.completedStage(instead);
    }
    Assignment assignment = assignment(request);
    return CompletableFuture.completedStage(
        assignment.hash().equals(request.hash())
            ? new RegisterAnswer.Unchanged(revision, shortfalls)
            : new RegisterAnswer.Assigned(assignment, shortfalls));
  }

  @Override
  public CompletionStage<Void> applied(AppliedReport report) {
    if (silent) {
      return new CompletableFuture<>();
    }
    if (away) {
      return CompletableFuture.failedStage(new DcosNetException("no master"));
    }
    reports.add(report);
    return CompletableFuture.completedStage(null);
  }
}
