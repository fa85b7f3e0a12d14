// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.table;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordOrigin;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The records that a {@link RecordGenerator} makes of a cluster, kept up to date with it. An update
 * costs what the changed tasks have in names; a changed agent or a renamed framework counts as a
 * change of its tasks. Whatever way a state was reached, its records are the same.
 *
 * <p><b>Confined to</b> one thread.
 */
public final class GeneratedRecords {

  private static final Comparator<Rejection> ORDER =
      Comparator.comparing(Rejection::kind)
          .thenComparing(Rejection::subject)
          .thenComparing(Rejection::code)
          .thenComparing(Rejection::detail);

  private static final Subject MASTERS = new Subject("masters", "");

  private final RecordGenerator generator;
  private final int ownersOfATask;
  private final RecordTable table;
  private ClusterState state = ClusterState.EMPTY;
  private boolean partial;

  /**
   * @param ownersOfATask names that most tasks have; for the first guess of a size only
   * @param ttlSeconds of names for which no rule says otherwise
   * @param maxRecordsPerName most records of one name and type that are served
   * @param outside the one name that may lie outside the zone, where it can be listed but not
   *     served; null when none does
   */
  public GeneratedRecords(
      RecordGenerator generator,
      int ownersOfATask,
      int ttlSeconds,
      int maxRecordsPerName,
      @Nullable DomainName outside) {
    this.generator = requireNonNull(generator, "generator");
    this.ownersOfATask = ownersOfATask;
    this.table = new RecordTable(ttlSeconds, maxRecordsPerName, outside);
  }

  /** The update that takes records from the empty state to this one. */
  public static ClusterUpdate stepFromNothing(ClusterState state) {
    return new ClusterUpdate(
        ClusterState.EMPTY, state, ClusterChange.between(ClusterState.EMPTY, state));
  }

  /** Puts what a subject contributes that no update speaks of. */
  public void put(Subject subject, Contribution contribution) {
    table.replace(subject, contribution);
  }

  /**
   * Follows a change.
   *
   * @param update starts at the state where the last one ended
   */
  public void apply(ClusterUpdate update) {
    ClusterChange change = update.change();
    boolean fromNothing = update.before().tasks().isEmpty();
    // From nothing all tasks are in the change itself.
    ClusterState others = fromNothing ? ClusterState.EMPTY : update.after();
    if (fromNothing) {
      table.expect(change.tasks().size() * ownersOfATask);
    }
    Map<TaskKey, Task> touched = new HashMap<>();
    applyFrameworks(change, others, touched);
    applyAgents(change, others, touched);
    Change<Masters> masters = change.masters();
    if (masters != null) {
      table.replace(MASTERS, generator.of(masters.latest()));
      partial = !masters.latest().awaited().isEmpty();
    }
    for (Change<Task> one : change.tasks()) {
      Task after = one.after();
      TaskKey key = one.latest().key();
      touched.remove(key);
      table.replace(key, after == null ? Contribution.NONE : generator.of(after));
    }
    touched.forEach((key, task) -> table.replace(key, generator.of(task)));
    state = update.after();
  }

  private void applyFrameworks(
      ClusterChange change, ClusterState others, Map<TaskKey, Task> touched) {
    Set<String> renamed = new HashSet<>();
    for (Change<Framework> one : change.frameworks()) {
      Framework before = one.before();
      Framework after = one.after();
      String id = one.latest().id();
      Subject subject = new Subject("framework", id);
      if (after == null) {
        generator.forgetFramework(id);
        table.replace(subject, Contribution.NONE);
      } else {
        table.replace(subject, generator.learn(after));
      }
      boolean sameName = before != null && after != null && before.name().equals(after.name());
      if (!sameName) {
        renamed.add(id);
      }
    }
    if (!renamed.isEmpty()) {
      for (Task task : others.tasks()) {
        if (renamed.contains(task.frameworkId())) {
          touched.put(task.key(), task);
        }
      }
    }
  }

  private void applyAgents(ClusterChange change, ClusterState others, Map<TaskKey, Task> touched) {
    for (Change<Agent> one : change.agents()) {
      Agent before = one.before();
      Agent after = one.after();
      String id = one.latest().id();
      Subject subject = new Subject("agent", id);
      if (after == null) {
        generator.forgetAgent(id);
        table.replace(subject, Contribution.NONE);
      } else {
        table.replace(subject, generator.learn(after));
      }
      boolean samePlace =
          before != null && after != null && before.addresses().equals(after.addresses());
      if (!samePlace) {
        others.tasksOn(id).forEach(task -> touched.put(task.key(), task));
      }
    }
  }

  /**
   * The zone with everything that was applied since the last call.
   *
   * @param before what the last call gave; an empty zone the first time
   * @param eventSeconds Unix time of the newest event behind the change, for the serial
   */
  public ZoneSnapshot commit(ZoneSnapshot before, long eventSeconds) {
    ZoneSnapshot.Edit edit = before.edit();
    table.flush(edit);
    edit.partial(partial);
    return edit.commit(eventSeconds);
  }

  /** A name with records, as far as a listing cares. */
  public interface ListedName {
    DomainName name();

    /** True when somebody wanted the name for itself, not only to point to it. */
    boolean isClaimed();
  }

  /**
   * All records of one type as text, sorted.
   *
   * @param wanted which names to list
   * @param nameText of an owner
   * @param dataText of the data of one record
   */
  public SortedMap<String, List<String>> list(
      int type,
      Predicate<? super ListedName> wanted,
      Function<DomainName, String> nameText,
      Function<byte[], String> dataText) {
    SortedMap<String, List<String>> listed = new TreeMap<>();
    for (RecordOwner owner : table.owners()) {
      if (wanted.test(owner)) {
        owner.forEachType(
            false,
            (found, data) -> {
              if (found == type && data.length > 0) {
                listed.put(nameText.apply(owner.name()), texts(data, dataText));
              }
            });
      }
    }
    return listed;
  }

  private static List<String> texts(byte[][] data, Function<byte[], String> dataText) {
    List<String> texts = new ArrayList<>(data.length);
    for (byte[] one : data) {
      texts.add(dataText.apply(one));
    }
    texts.sort(Comparator.naturalOrder());
    return texts;
  }

  /**
   * Which subjects want the records that a name has, and what was heard of them last; sorted. Looks
   * through all subjects, which takes some milliseconds for 50 000 tasks.
   */
  public List<RecordOrigin> origins(DomainName name) {
    List<RecordOrigin> origins = new ArrayList<>();
    table.forEachWish(
        name, (subject, type, data) -> origins.add(Origins.of(subject, state, type, data)));
    origins.sort(Origins.ORDER);
    return origins;
  }

  /** How many names merge different things. */
  public int collisionCount() {
    return table.collisionCount();
  }

  /** What could not become a record since the last call, by reason; for counters. */
  public Map<RefusalCode, Integer> takeRefusalCounts() {
    return table.takeRefusalCounts();
  }

  /** What could not become a record, and why; sorted. */
  public List<Rejection> refused() {
    return table.refused().stream().sorted(ORDER).toList();
  }

  /** Names that were wanted for different things, with those: their records are merged. */
  public SortedMap<String, List<String>> collisions() {
    SortedMap<String, List<String>> collisions = new TreeMap<>();
    table
        .collisions()
        .forEach(
            (name, claims) ->
                collisions.put(name.toString(), claims.stream().map(Object::toString).toList()));
    return collisions;
  }
}
