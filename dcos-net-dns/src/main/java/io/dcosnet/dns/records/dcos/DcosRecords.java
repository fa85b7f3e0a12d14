// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.dcos;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.table.GeneratedRecords;
import io.dcosnet.dns.records.table.GeneratedRecords.ListedName;
import io.dcosnet.dns.records.table.Subject;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The records of the zone {@code dcos.thisdcos.directory}, kept up to date with a cluster. An
 * update costs what the changed tasks have in names; a record that several tasks share stays until
 * the last of them is gone. Whatever way a state was reached, its records are the same.
 *
 * <p>A task is known by its discovery name, else by its own, and its framework by one label: {@code
 * marathon.prod} becomes {@code marathon-prod}.
 *
 * <p><b>Confined to</b> one thread. {@link #list} is a pure function.
 *
 * @see <a href="https://github.com/dcos/dcos-net">dcos/dcos-net apps/dcos_dns</a>
 */
public final class DcosRecords {

  /** Names that most tasks have; for the first guess of a size only. */
  private static final int OWNERS_OF_A_TASK = 4;

  private final GeneratedRecords generated;

  public DcosRecords(DcosZoneConfig config) {
    requireNonNull(config, "config");
    DcosGenerator generator = new DcosGenerator(config);
    generated =
        new GeneratedRecords(
            generator, OWNERS_OF_A_TASK, config.ttlSeconds(), config.maxRecordsPerName(), null);
    generated.put(new Subject("configuration", "masters"), generator.configuredMasters());
  }

  /** All records of one state. */
  public static DcosListing list(ClusterState state, DcosZoneConfig config) {
    DcosRecords records = new DcosRecords(config);
    records.apply(GeneratedRecords.stepFromNothing(state));
    return records.list();
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
  public DcosListing list() {
    SortedMap<String, List<String>> hosts =
        new TreeMap<>(addresses(RecordType.A, name -> !name.isClaimed()));
    addresses(RecordType.AAAA, name -> !name.isClaimed())
        .forEach((name, found) -> hosts.merge(name, found, DcosRecords::join));
    return new DcosListing(
        addresses(RecordType.A, ListedName::isClaimed),
        addresses(RecordType.AAAA, ListedName::isClaimed),
        generated.list(RecordType.SRV, name -> true, DcosRecords::plain, DcosRecords::serviceText),
        hosts,
        generated.refused(),
        generated.collisions());
  }

  private SortedMap<String, List<String>> addresses(int type, Predicate<ListedName> wanted) {
    return generated.list(type, wanted, DcosRecords::plain, data -> Rdata.toText(type, data));
  }

  private static List<String> join(List<String> one, List<String> two) {
    return Stream.concat(one.stream(), two.stream()).toList();
  }

  private static String plain(DomainName name) {
    String text = name.toRawText();
    return text.substring(0, text.length() - 1);
  }

  private static String serviceText(byte[] data) {
    int at = Rdata.SRV_TARGET_OFFSET;
    int port = (data[4] & 0xff) << 8 | (data[5] & 0xff);
    return plain(DomainName.ofWire(data, at, data.length - at)) + ":" + port;
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
