// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

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
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The records of the zone {@code mesos}, kept up to date with a cluster. An update costs what the
 * changed tasks have in names; a changed agent counts as a change of its tasks. Whatever way a
 * state was reached, its records are the same.
 *
 * <p><b>Confined to</b> one thread. {@link #list} is a pure function.
 *
 * @see <a href="https://github.com/mesosphere/mesos-dns">mesosphere/mesos-dns
 *     records/generator.go</a>
 */
public final class MesosRecords {

  private static final Comparator<Rejection> ORDER =
      Comparator.comparing(Rejection::kind)
          .thenComparing(Rejection::subject)
          .thenComparing(Rejection::code)
          .thenComparing(Rejection::detail);

  /** A contributor other than a task. */
  private record Subject(String kind, String id) {}

  /** Names that most tasks have; for the first guess of a size only. */
  private static final int OWNERS_OF_A_TASK = 16;

  private static final Subject MASTERS = new Subject("masters", "");
  private static final Subject LISTENER = new Subject("listener", "");

  private final MesosDnsConfig config;
  private final RecordTable table;
  private final TaskRecords ofTasks;
  private final ClusterRecords ofOthers;
  private final Map<String, KnownFramework> frameworks = new HashMap<>();
  private final Map<String, KnownAgent> agents = new HashMap<>();
  private boolean partial;

  public MesosRecords(MesosDnsConfig config) {
    this.config = requireNonNull(config, "config");
    this.table = new RecordTable(config);
    RecordCollector collector = new RecordCollector(config.srvWeight());
    this.ofTasks = new TaskRecords(config, collector);
    this.ofOthers = new ClusterRecords(config, collector);
    table.replace(LISTENER, ofOthers.listener());
  }

  /** All records of one state. */
  public static RecordListing list(ClusterState state, MesosDnsConfig config) {
    MesosRecords records = new MesosRecords(config);
    records.apply(stepFromNothing(state));
    return records.list();
  }

  /** The update that takes these records from the empty state to this one. */
  public static ClusterUpdate stepFromNothing(ClusterState state) {
    return new ClusterUpdate(
        ClusterState.EMPTY, state, ClusterChange.between(ClusterState.EMPTY, state));
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
      table.expect(change.tasks().size() * OWNERS_OF_A_TASK);
    }
    Map<TaskKey, Task> touched = new HashMap<>();
    applyFrameworks(change, others, touched);
    applyAgents(change, others, touched);
    Change<Masters> masters = change.masters();
    if (masters != null) {
      table.replace(MASTERS, ofOthers.of(masters.latest()));
      partial = !masters.latest().awaited().isEmpty();
    }
    for (Change<Task> one : change.tasks()) {
      Task after = one.after();
      TaskKey key = one.latest().key();
      touched.remove(key);
      table.replace(key, after == null ? Contribution.NONE : recordsOf(after));
    }
    touched.forEach((key, task) -> table.replace(key, recordsOf(task)));
  }

  private Contribution recordsOf(Task task) {
    return ofTasks.of(task, frameworks.get(task.frameworkId()), agents.get(task.agentId()));
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
        table.replace(subject, Contribution.NONE);
        frameworks.remove(id);
      } else {
        KnownFramework known = ofOthers.known(after);
        table.replace(subject, ofOthers.of(after, known));
        frameworks.put(id, known);
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
        table.replace(subject, Contribution.NONE);
        agents.remove(id);
      } else {
        KnownAgent known = KnownAgent.of(after);
        table.replace(subject, ofOthers.of(after, known));
        agents.put(id, known);
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

  /** All records as text. */
  public RecordListing list() {
    SortedMap<String, List<String>> a = new TreeMap<>();
    SortedMap<String, List<String>> aaaa = new TreeMap<>();
    SortedMap<String, List<String>> srv = new TreeMap<>();
    for (RecordOwner owner : table.owners()) {
      owner.forEachType(
          false,
          (type, data) -> {
            if (data.length > 0) {
              Map<String, List<String>> records =
                  type == RecordType.A ? a : type == RecordType.AAAA ? aaaa : srv;
              records.put(owner.name.toRawText(), texts(type, data));
            }
          });
    }
    return new RecordListing(config, a, aaaa, srv, refused(), collisions());
  }

  private List<String> texts(int type, byte[][] data) {
    List<String> texts = new ArrayList<>(data.length);
    for (byte[] one : data) {
      texts.add(type == RecordType.SRV ? serviceText(one) : Rdata.toText(type, one));
    }
    texts.sort(Comparator.naturalOrder());
    return texts;
  }

  private String serviceText(byte[] data) {
    int at = Rdata.SRV_TARGET_OFFSET;
    DomainName target = DomainName.ofWire(data, at, data.length - at);
    int port = (data[4] & 0xff) << 8 | (data[5] & 0xff);
    return Objects.requireNonNullElseGet(ofTasks.uncut(target), target::toRawText) + ":" + port;
  }

  /** How many names merge different things. */
  int collisionCount() {
    return table.collisionCount();
  }

  /** What could not become a record since the last call, by reason; for counters. */
  Map<RefusalCode, Integer> takeRefusalCounts() {
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
