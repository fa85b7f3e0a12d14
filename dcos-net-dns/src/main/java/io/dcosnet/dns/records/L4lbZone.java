// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.api.vip.VipDirectory.Entry;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.DomainNameBuilder;
import io.dcosnet.dns.name.DomainNameBuilder.Fault;
import io.dcosnet.dns.records.VipRecords.Owned;
import io.dcosnet.dns.records.table.RefusalCode;
import io.dcosnet.dns.zone.DcosApex;
import io.dcosnet.dns.zone.RecordOrigin;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.SharedFollowing;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneApex;
import io.dcosnet.dns.zone.ZoneFigures;
import io.dcosnet.dns.zone.ZoneListener;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZonePublisher;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The zone {@code l4lb.thisdcos.directory}: the address of every named VIP on this node, {@code
 * web.marathon.l4lb.thisdcos.directory}, and its ports as SRV and TXT records. A name is there as
 * long as the load balancer's directory has it, whether or not somebody serves it. VIPs that are
 * addresses have no name.
 *
 * <p>TTLs, SOA and NS are those of dcos-net; its serial was always 1, ours grows.
 *
 * <p><b>Thread-safe.</b> Records are made on the executor given to {@link #follow}.
 *
 * @see <a href="https://github.com/dcos/dcos-net">dcos/dcos-net apps/dcos_l4lb</a>
 */
public final class L4lbZone implements Zone {

  /** Name of the zone. */
  public static final DomainName ORIGIN = DomainName.parse("l4lb.thisdcos.directory");

  /** TTL of addresses and of the SOA record. */
  public static final int TTL_SECONDS = DcosApex.TTL_SECONDS;

  private static final ZoneApex APEX = DcosApex.of(ORIGIN);

  private final VipDirectory directory;
  private final SharedFollowing following = new SharedFollowing();
  private final ZonePublisher published = new ZonePublisher();
  private volatile List<Rejection> refused = List.of();
  private final ZoneFigures figures = new ZoneFigures(ORIGIN, published::snapshot);

  /** The one that was begun last; what an older one still hears is too late. */
  private @Nullable Follower awaited; // guarded by this

  private L4lbZone(VipDirectory directory) {
    this.directory = requireNonNull(directory, "directory");
  }

  public static L4lbZone of(VipDirectory directory) {
    return new L4lbZone(directory);
  }

  @Override
  public DomainName origin() {
    return ORIGIN;
  }

  @Override
  public @Nullable ZoneSnapshot snapshot() {
    return published.snapshot();
  }

  @Override
  public Subscription watch(Executor executor, ZoneListener listener) {
    return published.watch(executor, listener);
  }

  /** Names that cannot be domain names, and why; sorted. */
  @Override
  public List<Rejection> refused() {
    return refused;
  }

  /** {@inheritDoc} The subject is the name of the VIP; nothing tells since when. */
  @Override
  public List<RecordOrigin> origins(DomainName name) {
    ZoneSnapshot now = published.snapshot();
    ZoneNode node = now == null ? null : now.find(name);
    if (node == null || !name.isUnder(ORIGIN)) {
      return List.of();
    }
    List<RecordOrigin> origins = new ArrayList<>();
    String vip = vipOf(node.name());
    for (int type : new int[] {RecordType.A, RecordType.AAAA, RecordType.TXT, RecordType.SRV}) {
      RecordSet set = node.set(type);
      if (set != null) {
        set.toText()
            .forEach(data -> origins.add(new RecordOrigin(type, data, "vip", vip, "", null)));
      }
    }
    return origins;
  }

  /** The VIP whose name it is; the labels of its ports begin with an underscore. */
  private static String vipOf(DomainName name) {
    String raw = name.toRawText();
    String vip = raw.substring(0, Math.max(0, raw.length() - ORIGIN.toRawText().length() - 1));
    while (vip.startsWith("_")) {
      vip = vip.substring(vip.indexOf('.') + 1);
    }
    return vip;
  }

  @Override
  public @Nullable Duration age() {
    return figures.age();
  }

  @Override
  public Subscription follow(Surroundings surroundings) {
    requireNonNull(surroundings, "surroundings");
    return following.join(() -> begin(surroundings));
  }

  private Subscription begin(Surroundings surroundings) {
    TimeSource time = surroundings.time();
    DnsMetrics metrics = new DnsMetrics(surroundings.metrics());
    figures.show(metrics, time);
    Follower follower = new Follower(time, metrics);
    synchronized (this) {
      awaited = follower;
    }
    return directory.subscribe(
        surroundings.executor(), (after, changes) -> changed(follower, changes));
  }

  private synchronized void changed(Follower follower, List<Change<Entry>> changes) {
    if (follower == awaited) {
      follower.changed(changes);
    }
  }

  /** Works changes in, one call at a time. */
  private final class Follower {
    private final TimeSource time;
    private final DnsMetrics metrics;
    private final DomainNameBuilder names = new DomainNameBuilder();
    private final VipRecords records = new VipRecords(TTL_SECONDS);
    private final Map<String, Rejection> refusals = new TreeMap<>();
    private boolean first = true;

    Follower(TimeSource time, DnsMetrics metrics) {
      this.time = time;
      this.metrics = metrics;
    }

    void changed(List<Change<Entry>> changes) {
      long now = time.wallMillis() / 1000;
      ZoneSnapshot before = published.snapshot();
      if (before == null || first) {
        // The first call of a subscription starts at nothing, and so does the zone.
        long serial = before == null ? now - 1 : before.serial();
        before = ZoneSnapshot.empty(APEX, serial & 0xffff_ffffL);
        first = false;
      }
      ZoneSnapshot.Edit edit = before.edit();
      for (Change<Entry> change : changes) {
        apply(change, edit);
      }
      refused = List.copyOf(refusals.values());
      published.publish(edit.commit(now));
      figures.changed(time);
    }

    private void apply(Change<Entry> change, ZoneSnapshot.Edit edit) {
      Entry after = change.after();
      String text = change.latest().name();
      DomainName name = names.clear().append(text).build(ORIGIN, true);
      if (name == null) {
        refuse(text, after, Objects.requireNonNull(names.fault()));
        return;
      }
      Map<Owned, RecordSet> sets = records.of(name, after);
      for (Owned old : records.of(name, change.before()).keySet()) {
        if (!sets.containsKey(old)) {
          edit.remove(old.owner(), old.type());
        }
      }
      sets.forEach((owned, set) -> edit.put(owned.owner(), set));
    }

    private void refuse(String name, @Nullable Entry after, Fault fault) {
      if (after == null) {
        refusals.remove(name);
        return;
      }
      RefusalCode code = RefusalCode.of(fault);
      String detail = "\"" + name + "\" (expected: " + code.expected + ")";
      refusals.put(name, new Rejection("vip", name, code.name(), detail));
      metrics.skipped(ORIGIN.toString(), code.tag()).increment();
    }
  }

  @Override
  public String toString() {
    ZoneSnapshot now = published.snapshot();
    return now == null ? "L4lbZone[waiting]" : now.toString();
  }
}
