// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.table.GeneratedRecords;
import io.dcosnet.dns.records.table.RecordCollector;
import io.dcosnet.dns.records.table.Subject;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.Function;

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

  /** Names that most tasks have; for the first guess of a size only. */
  private static final int OWNERS_OF_A_TASK = 16;

  private static final Subject LISTENER = new Subject("listener", "");

  private final MesosDnsConfig config;
  private final TaskRecords ofTasks;
  private final GeneratedRecords generated;

  public MesosRecords(MesosDnsConfig config) {
    this.config = requireNonNull(config, "config");
    RecordCollector collector = new RecordCollector(config.srvWeight());
    ofTasks = new TaskRecords(config, collector);
    ClusterRecords ofOthers = new ClusterRecords(config, collector);
    DomainName server = config.apex().primary();
    generated =
        new GeneratedRecords(
            new MesosGenerator(ofTasks, ofOthers),
            OWNERS_OF_A_TASK,
            config.ttlSeconds(),
            config.maxRecordsPerName(),
            server.isUnder(config.apex().origin()) ? null : server);
    generated.put(LISTENER, ofOthers.listener());
  }

  /** All records of one state. */
  public static RecordListing list(ClusterState state, MesosDnsConfig config) {
    MesosRecords records = new MesosRecords(config);
    records.apply(stepFromNothing(state));
    return records.list();
  }

  /** The update that takes records from the empty state to this one. */
  public static ClusterUpdate stepFromNothing(ClusterState state) {
    return GeneratedRecords.stepFromNothing(state);
  }

  /**
   * Follows a change.
   *
   * @param update starts at the state where the last one ended
   */
  public void apply(ClusterUpdate update) {
    generated.apply(update);
  }

  /**
   * The zone with everything that was applied since the last call.
   *
   * @param before what the last call gave; an empty zone the first time
   * @param eventSeconds Unix time of the newest event behind the change, for the serial
   */
  public ZoneSnapshot commit(ZoneSnapshot before, long eventSeconds) {
    return generated.commit(before, eventSeconds);
  }

  GeneratedRecords generated() {
    return generated;
  }

  /** All records as text. */
  public RecordListing list() {
    return new RecordListing(
        config,
        list(RecordType.A, data -> Rdata.toText(RecordType.A, data)),
        list(RecordType.AAAA, data -> Rdata.toText(RecordType.AAAA, data)),
        list(RecordType.SRV, this::serviceText),
        refused(),
        collisions());
  }

  private SortedMap<String, List<String>> list(int type, Function<byte[], String> text) {
    return generated.list(type, name -> true, DomainName::toRawText, text);
  }

  private String serviceText(byte[] data) {
    int at = Rdata.SRV_TARGET_OFFSET;
    DomainName target = DomainName.ofWire(data, at, data.length - at);
    int port = (data[4] & 0xff) << 8 | (data[5] & 0xff);
    return Objects.requireNonNullElseGet(ofTasks.uncut(target), target::toRawText) + ":" + port;
  }

  /** What could not become a record, and why; sorted. */
  public List<Rejection> refused() {
    return generated.refused();
  }

  /** Names that were wanted for different things, with those: their records are merged. */
  public SortedMap<String, List<String>> collisions() {
    return generated.collisions();
  }
}
