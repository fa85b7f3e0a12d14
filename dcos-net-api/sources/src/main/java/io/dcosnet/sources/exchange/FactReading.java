// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.sources.facts.FactCodec;
import io.dcosnet.sources.facts.FactHead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The facts of the writer that counts, being decoded. An entry that cannot be read is left out, and
 * so is one that says something else than its key. <b>Confined to</b> a turn.
 */
final class FactReading {

  private static final int MAX_REJECTIONS = 1000;

  private final FactMetrics metrics;
  private final Map<String, String> awaited = new HashMap<>();
  private final Map<String, Rejection> rejections = new TreeMap<>();

  // Collected for the next change.
  private List<Change<Task>> tasks = new ArrayList<>();
  private List<Change<Agent>> agents = new ArrayList<>();
  private List<Change<Framework>> frameworks = new ArrayList<>();
  private boolean otherMasters;

  FactReading(FactMetrics metrics) {
    this.metrics = metrics;
  }

  List<Rejection> rejections() {
    return rejections.values().stream().limit(MAX_REJECTIONS).toList();
  }

  /** Everything of one writer, in place of what was read before. */
  ClusterState readAll(FactWriter writer) {
    awaited.clear();
    rejections.clear();
    writer.entries().forEach(this::read);
    List<Task> allTasks = tasks.stream().map(Change::latest).toList();
    List<Agent> allAgents = agents.stream().map(Change::latest).toList();
    List<Framework> allFrameworks = frameworks.stream().map(Change::latest).toList();
    clear();
    return ClusterState.of(allTasks, allAgents, allFrameworks, masters(writer.head()));
  }

  /** What was put and removed since the last call; {@code head} is the newest. */
  ClusterChange take(@Nullable FactHead head) {
    @Nullable Change<Masters> masters =
        otherMasters && head != null ? Change.added(masters(head)) : null;
    ClusterChange change = new ClusterChange(tasks, agents, frameworks, masters);
    clear();
    return change;
  }

  private void clear() {
    tasks = new ArrayList<>();
    agents = new ArrayList<>();
    frameworks = new ArrayList<>();
    otherMasters = false;
  }

  private Masters masters(@Nullable FactHead head) {
    return head == null ? Masters.NONE : head.masters().awaiting(new HashSet<>(awaited.values()));
  }

  void headChanged() {
    otherMasters = true;
  }

  /** Reads an entry in place of the one before it, if there was any. */
  void put(@Nullable Entry before, Entry entry) {
    boolean told = rejections.remove(entry.key()) == null;
    if (!read(entry) && told && before != null) {
      forget(before);
    }
  }

  private boolean read(Entry entry) {
    try {
      FactKey key = FactKey.parse(entry.key());
      switch (key.kind()) {
        case TASK -> {
          Task task = FactCodec.decodeTask(entry.value());
          require(FactKey.task(task.key(), key.writer()), entry);
          tasks.add(Change.added(task));
        }
        case AGENT -> {
          Agent agent = FactCodec.decodeAgent(entry.value());
          require(FactKey.agent(agent.id(), key.writer()), entry);
          agents.add(Change.added(agent));
        }
        case FRAMEWORK -> {
          Framework framework = FactCodec.decodeFramework(entry.value());
          require(FactKey.framework(framework.id(), key.writer()), entry);
          frameworks.add(Change.added(framework));
        }
        case AWAITED -> {
          String id = FactCodec.decodeAwaited(entry.value());
          require(FactKey.awaited(id, key.writer()), entry);
          awaited.put(entry.key(), id);
          otherMasters = true;
        }
        case HEAD -> throw new AssertionError("kept apart");
      }
      return true;
    } catch (DecodeException e) {
      metrics.unreadable.increment();
      rejections.put(
          entry.key(),
          new Rejection("fact", entry.key(), "FACT_UNREADABLE", String.valueOf(e.getMessage())));
      return false;
    }
  }

  private static void require(String key, Entry entry) {
    if (!key.equals(entry.key())) {
      throw new DecodeException("fact: of " + key + " (expected: of its key)", 0);
    }
  }

  /** What the entry told does not hold any more; does nothing when it could not be read. */
  void remove(Entry entry) {
    if (rejections.remove(entry.key()) == null) {
      forget(entry);
    }
  }

  private void forget(Entry entry) {
    switch (FactKey.parse(entry.key()).kind()) {
      case TASK -> tasks.add(Change.removed(FactCodec.decodeTask(entry.value())));
      case AGENT -> agents.add(Change.removed(FactCodec.decodeAgent(entry.value())));
      case FRAMEWORK -> frameworks.add(Change.removed(FactCodec.decodeFramework(entry.value())));
      case AWAITED -> {
        awaited.remove(entry.key());
        otherMasters = true;
      }
      case HEAD -> throw new AssertionError("kept apart");
    }
  }
}
