// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.api.store.DurableStore.Versioned;
import io.dcosnet.overlay.config.NetworkConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One reading of a store. <b>Confined to</b> the thread that reads. */
final class StoreReader {

  private final NavigableMap<String, Versioned> entries;
  private final NetworkConfig wanted;
  private final long nanos;
  private final List<Rejection> faults = new ArrayList<>();
  private final List<AgentRecord> agents = new ArrayList<>();
  private final List<Tombstone> tombstones = new ArrayList<>();
  private final List<Dispute> disputes = new ArrayList<>();
  private final Map<String, String> owners = new TreeMap<>();
  private @Nullable Lineage lineage;

  private StoreReader(NavigableMap<String, Versioned> entries, NetworkConfig wanted, long nanos) {
    this.entries = entries;
    this.wanted = wanted;
    this.nanos = nanos;
  }

  static Recovery read(DurableStore.Snapshot snapshot, NetworkConfig wanted, long nanos) {
    return new StoreReader(snapshot.entries(), wanted, nanos).read();
  }

  private Recovery read() {
    checkFormat();
    if (!faults.isEmpty()) {
      return new Recovery.Damaged(faults); // whatever follows would be guessed
    }
    entries.forEach((key, value) -> decode(key, value.value()));
    checkOwners();
    @Nullable NetworkConfig stored = storedConfig();
    List<Blocker> blockers = ConfigChange.blockers(Optional.ofNullable(stored), wanted, agents);
    NetworkConfig config = wanted;
    if (!blockers.isEmpty() && stored != null) {
      config = stored;
    } else {
      for (Blocker blocker : blockers) {
        fault("configuration", blocker.option(), "CONFIG_IN_THE_WAY", blocker.toString());
      }
    }
    AllocationState state = Rebuild.of(config, agents, tombstones, disputes, lineage(), faults);
    if (faults.isEmpty()) {
      faults.addAll(Invariants.broken(state));
    }
    return faults.isEmpty()
        ? new Recovery.Recovered(state, changes(config), blockers)
        : new Recovery.Damaged(faults);
  }

  private void checkFormat() {
    Versioned format = entries.get(StoreLayout.FORMAT);
    if (format == null ? !entries.isEmpty() : !format.value().equals(StoreLayout.FORMAT_1)) {
      String found = format == null ? "none" : format.value().toUtf8();
      fault("store", StoreLayout.FORMAT, "UNKNOWN_FORMAT", found + " (expected: 1)");
    }
  }

  private void decode(String key, Bytes value) {
    try {
      if (key.startsWith(StoreLayout.AGENTS)) {
        NodeId id = NodeId.parse(key.substring(StoreLayout.AGENTS.length()));
        agents.add(RecordCodec.decodeAgent(id, value));
      } else if (key.startsWith(StoreLayout.TOMBSTONES)) {
        NodeId id = NodeId.parse(key.substring(StoreLayout.TOMBSTONES.length()));
        tombstones.add(RecordCodec.decodeTombstone(id, value, nanos));
      } else if (key.startsWith(StoreLayout.DISPUTES)) {
        NodeId id = NodeId.parse(key.substring(StoreLayout.DISPUTES.length()));
        disputes.add(RecordCodec.decodeDispute(id, value));
      } else if (key.equals(StoreLayout.LINEAGE)) {
        lineage = Lineage.parse(value.toUtf8());
      } else if (StoreLayout.isElement(key)) {
        owners.put(key, value.toUtf8());
      }
    } catch (DecodeException e) {
      fault("store", key, "UNREADABLE", String.valueOf(e.getMessage()));
    }
  }

  /** Records and element keys are written together, so any difference means foreign hands. */
  private void checkOwners() {
    Map<String, String> expected = new HashMap<>();
    for (AgentRecord agent : agents) {
      agent.elements().forEach(part -> expected.put(part.key(), agent.agent().toString()));
    }
    owners.forEach(
        (key, owner) -> {
          String right = expected.remove(key);
          if (!owner.equals(right)) {
            String detail =
                "owner " + owner + ", by the records " + (right == null ? "none" : right);
            fault("store", key, "ELEMENT_MISMATCH", detail + " (expected: the same)");
          }
        });
    expected.forEach(
        (key, owner) ->
            fault(
                "store",
                key,
                "ELEMENT_MISMATCH",
                "missing, by the records of " + owner + " (expected: the same)"));
  }

  /** What was written before there were lineages is in use if anybody ever had anything. */
  private Lineage lineage() {
    if (lineage != null) {
      return lineage;
    }
    boolean used = !agents.isEmpty() || !tombstones.isEmpty();
    return used ? new Lineage(Lineage.Stage.OPEN, 0) : Lineage.NEW;
  }

  private @Nullable NetworkConfig storedConfig() {
    Versioned stored = entries.get(StoreLayout.CONFIG);
    return stored == null ? null : NetworkConfig.check(stored.value()).config().orElse(null);
  }

  private Changes changes(NetworkConfig config) {
    Map<String, Optional<Bytes>> changes = new LinkedHashMap<>();
    if (!entries.containsKey(StoreLayout.FORMAT)) {
      changes.put(StoreLayout.FORMAT, Optional.of(StoreLayout.FORMAT_1));
    }
    Bytes json = Bytes.utf8(config.toJson());
    Versioned stored = entries.get(StoreLayout.CONFIG);
    if (stored == null || !stored.value().equals(json)) {
      changes.put(StoreLayout.CONFIG, Optional.of(json));
    }
    return Changes.of(changes);
  }

  private void fault(String kind, String subject, String code, String detail) {
    faults.add(new Rejection(kind, subject, code, detail));
  }
}
