// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Task;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.table.Contribution;
import io.dcosnet.dns.records.table.RecordCollector;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The records of the zone {@code mesos} by the task that wants them, as Mesos-DNS lists them: a
 * record that several tasks share stands with the first of them, in the order of the master's
 * document where there is one.
 *
 * <p><b>Immutable.</b> It is made anew from a whole cluster, at the cost of a whole zone.
 *
 * @param frameworks all that the cluster has, also those without tasks, by id
 */
public record RecordEnumeration(List<OfFramework> frameworks) {

  /**
   * A framework and its tasks that have records.
   *
   * @param name as the scheduler gave it
   */
  public record OfFramework(String name, List<OfTask> tasks) {}

  /**
   * A task and the records that no task before it has.
   *
   * @param name as the scheduler gave it, whatever name it is found by
   */
  public record OfTask(String id, String name, List<Entry> records) {}

  /**
   * One record.
   *
   * @param name of its owner, with the final dot, nothing escaped
   * @param type number of the type: A, AAAA or SRV
   * @param value an address, or {@code target.:port}
   */
  public record Entry(String name, int type, String value) {}

  public RecordEnumeration {
    frameworks = List.copyOf(frameworks);
  }

  /** Lists the records of one state. */
  public static RecordEnumeration of(ClusterState cluster, MesosDnsConfig config) {
    return new Making(config).enumerate(cluster);
  }

  private record Known(DomainName owner, int type, ByteBuffer data) {}

  private record Counting(Task task, Contribution records) {}

  /** One listing under way. */
  private static final class Making {
    private final TaskRecords ofTasks;
    private final ClusterRecords ofOthers;
    private final MesosGenerator generator;
    private final Set<String> agents = new HashSet<>();
    private final List<Counting> tasks = new ArrayList<>();
    private final Set<Known> seen = new HashSet<>();

    /** Names that a task has which is not weak; filled only where there are weak ones. */
    private final Set<DomainName> strong = new HashSet<>();

    Making(MesosDnsConfig config) {
      RecordCollector collector = new RecordCollector(config.srvWeight());
      ofTasks = new TaskRecords(config, collector);
      ofOthers = new ClusterRecords(config, collector);
      generator = new MesosGenerator(ofTasks, ofOthers);
    }

    RecordEnumeration enumerate(ClusterState cluster) {
      noteOthers(cluster);
      noteTasks(cluster);
      Map<String, List<OfTask>> byFramework = new HashMap<>();
      for (Counting counting : tasks) {
        Task task = counting.task();
        byFramework
            .computeIfAbsent(task.frameworkId(), id -> new ArrayList<>())
            .add(new OfTask(task.id(), task.name(), entries(counting.records())));
      }
      List<OfFramework> listed = new ArrayList<>();
      for (Framework framework : cluster.frameworks()) {
        List<OfTask> ofFramework = byFramework.getOrDefault(framework.id(), List.of());
        listed.add(new OfFramework(framework.name(), ofFramework));
      }
      return new RecordEnumeration(listed);
    }

    /** What agents, frameworks and masters have no task has for the first time. */
    private void noteOthers(ClusterState cluster) {
      for (Framework framework : cluster.frameworks()) {
        note(generator.learn(framework));
      }
      for (Agent agent : cluster.agents()) {
        agents.add(agent.id());
        note(generator.learn(agent));
      }
      note(ofOthers.listener());
      note(generator.of(cluster.masters()));
    }

    private void note(Contribution contribution) {
      for (int i = 0; i < contribution.size(); i++) {
        isFirst(contribution, i);
      }
    }

    private boolean isFirst(Contribution contribution, int index) {
      ByteBuffer data = ByteBuffer.wrap(contribution.data(index));
      return seen.add(new Known(contribution.owner(index), contribution.type(index), data));
    }

    private void noteTasks(ClusterState cluster) {
      boolean someWeak = false;
      for (Task task : cluster.tasksAsListed()) {
        Contribution records = generator.of(task);
        // One whose records were all refused counts.
        if (agents.contains(task.agentId()) && !records.isNothing()) {
          tasks.add(new Counting(task, records));
          someWeak |= records.isWeak();
        }
      }
      if (someWeak) {
        tasks.forEach(one -> noteStrong(one.records()));
      }
    }

    private void noteStrong(Contribution records) {
      for (int i = 0; !records.isWeak() && i < records.size(); i++) {
        strong.add(records.owner(i));
      }
    }

    private List<Entry> entries(Contribution records) {
      List<Entry> entries = new ArrayList<>(records.size());
      for (int i = 0; i < records.size(); i++) {
        DomainName owner = records.owner(i);
        boolean hidden = records.isWeak() && strong.contains(owner);
        if (!hidden && isFirst(records, i)) {
          int type = records.type(i);
          entries.add(new Entry(owner.toRawText(), type, text(type, records.data(i))));
        }
      }
      return entries;
    }

    private String text(int type, byte[] data) {
      if (type != RecordType.SRV) {
        return Rdata.toText(type, data);
      }
      int at = Rdata.SRV_TARGET_OFFSET;
      DomainName target = DomainName.ofWire(data, at, data.length - at);
      int port = (data[4] & 0xff) << 8 | (data[5] & 0xff);
      String uncut = ofTasks.uncut(target);
      return (uncut == null ? target.toRawText() : uncut) + ":" + port;
    }
  }
}
