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
import org.jspecify.annotations.Nullable;

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

  private static final Subject MASTERS = new Subject("masters", "");
  private static final Subject LISTENER = new Subject("listener", "");

  private final MesosDnsConfig config;
  private final RecordTable table;
  private final TaskRecords ofTasks;
  private final ClusterRecords ofOthers;
  private final Map<String, @Nullable FrameworkNames> frameworkNames = new HashMap<>();

  public MesosRecords(MesosDnsConfig config) {
    this.config = requireNonNull(config, "config");
    this.table = new RecordTable(config.ttlSeconds(), config.maxRecordsPerName());
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
    ClusterState state = update.after();
    ClusterChange change = update.change();
    Set<TaskKey> tasks = new HashSet<>();
    change.tasks().forEach(task -> tasks.add(task.latest().key()));
    boolean fromNothing = update.before().tasks().isEmpty(); // all tasks are in the change itself
    applyFrameworks(change, fromNothing ? ClusterState.EMPTY : state, tasks);
    applyAgents(change, fromNothing ? ClusterState.EMPTY : state, tasks);
    Change<Masters> masters = change.masters();
    if (masters != null) {
      table.replace(MASTERS, ofOthers.of(masters.latest()));
    }
    for (TaskKey key : tasks) {
      table.replace(key, recordsOf(key, state));
    }
  }

  private void applyFrameworks(ClusterChange change, ClusterState state, Set<TaskKey> tasks) {
    Set<String> renamed = new HashSet<>();
    for (Change<Framework> one : change.frameworks()) {
      Framework after = one.after();
      String id = one.latest().id();
      Subject subject = new Subject("framework", id);
      if (after == null) {
        table.replace(subject, Contribution.NONE);
        frameworkNames.remove(id);
      } else {
        FrameworkNames names = ofOthers.namesOf(after);
        table.replace(subject, ofOthers.of(after, names));
        frameworkNames.put(id, names);
      }
      if (!Objects.equals(nameOf(one.before()), nameOf(after))) {
        renamed.add(id);
      }
    }
    if (!renamed.isEmpty()) {
      for (Task task : state.tasks()) {
        if (renamed.contains(task.frameworkId())) {
          tasks.add(task.key());
        }
      }
    }
  }

  private static @Nullable String nameOf(@Nullable Framework framework) {
    return framework == null ? null : framework.name();
  }

  private void applyAgents(ClusterChange change, ClusterState state, Set<TaskKey> tasks) {
    for (Change<Agent> one : change.agents()) {
      Agent before = one.before();
      Agent after = one.after();
      String id = one.latest().id();
      Subject subject = new Subject("agent", id);
      table.replace(subject, after == null ? Contribution.NONE : ofOthers.of(after));
      boolean moved =
          before == null || after == null || !before.addresses().equals(after.addresses());
      if (moved) {
        state.tasksOn(id).forEach(task -> tasks.add(task.key()));
      }
    }
  }

  private Contribution recordsOf(TaskKey key, ClusterState state) {
    Task task = state.task(key).orElse(null);
    if (task == null) {
      return Contribution.NONE;
    }
    return ofTasks.of(
        task,
        state.framework(key.frameworkId()).orElse(null),
        frameworkNames.get(key.frameworkId()),
        state.agent(task.agentId()).orElse(null));
  }

  /**
   * The zone with everything that was applied since the last call.
   *
   * @param before what the last call gave; an empty zone the first time
   * @param eventSeconds Unix time of the newest event behind the change, for the serial
   */
  public ZoneSnapshot commit(ZoneSnapshot before, long eventSeconds) {
    ZoneSnapshot.Edit edit = before.edit();
    table.flush(edit, config.apex().origin());
    return edit.commit(eventSeconds);
  }

  /** All records as text. */
  public RecordListing list() {
    SortedMap<String, List<String>> a = new TreeMap<>();
    SortedMap<String, List<String>> aaaa = new TreeMap<>();
    SortedMap<String, List<String>> srv = new TreeMap<>();
    for (RecordOwner owner : table.owners()) {
      String name = owner.name.toRawText();
      addTexts(a, name, RecordType.A, owner);
      addTexts(aaaa, name, RecordType.AAAA, owner);
      addTexts(srv, name, RecordType.SRV, owner);
    }
    return new RecordListing(config, a, aaaa, srv, refused(), collisions());
  }

  private void addTexts(
      Map<String, List<String>> records, String name, int type, RecordOwner owner) {
    byte[][] visible = owner.visible(type);
    if (visible.length > 0) {
      List<String> texts = new ArrayList<>(visible.length);
      for (byte[] data : visible) {
        texts.add(type == RecordType.SRV ? serviceText(data) : Rdata.toText(type, data));
      }
      texts.sort(Comparator.naturalOrder());
      records.put(name, texts);
    }
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
