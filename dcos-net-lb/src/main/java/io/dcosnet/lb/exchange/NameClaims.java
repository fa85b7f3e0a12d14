// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.NameClaim;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which names have which addresses, as all nodes tell each other: entries {@code
 * lb/names/<address>/<writer>} with a name and the time of its claim. A claim of a dead node still
 * counts.
 *
 * <p><b>Confined to</b> the scheduler, on which the listener is called too.
 */
public final class NameClaims {

  /** Most claims that are followed; further ones are ignored and counted. */
  public static final int MAX_CLAIMS = 262_144;

  static final String PREFIX = "lb/names/";

  private static final JsonFactory JSON = new JsonFactory();

  /** Hears of claims. */
  public interface Listener {

    /**
     * A node says this of an address now.
     *
     * @param claim null for nothing any more
     */
    void claimed(IpAddress address, NodeId writer, @Nullable NameClaim claim, boolean writerLives);

    /** Some calls of {@link #claimed} are over. */
    void changed();
  }

  private record Key(IpAddress address, NodeId writer) {

    static Key parse(String text) {
      int slash = text.lastIndexOf('/');
      if (!text.startsWith(PREFIX) || slash < PREFIX.length()) {
        throw new DecodeException(
            "key: \"" + text + "\" (expected: " + PREFIX + "<address>/<writer>)", 0);
      }
      return new Key(
          IpAddress.parse(text.substring(PREFIX.length(), slash)),
          NodeId.parse(text.substring(slash + 1)));
    }

    @Override
    public String toString() {
      return PREFIX + address + "/" + writer;
    }
  }

  private final ReplicatedStore store;
  private final KeyReader<Key> keys;
  private final OwnEntries own;
  private final Scheduler scheduler;
  private final LbMetrics metrics;
  private final Listener listener;
  private final Set<Key> known = new HashSet<>();
  private @Nullable Subscription subscription;

  /** Follows nothing yet. */
  public NameClaims(
      ReplicatedStore store, Scheduler scheduler, LbMetrics metrics, Listener listener) {
    this.store = requireNonNull(store, "store");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.metrics = requireNonNull(metrics, "metrics");
    keys = new KeyReader<>(Key::parse, metrics);
    own = new OwnEntries(store, scheduler, metrics);
    this.listener = requireNonNull(listener, "listener");
  }

  /** Begins to follow the store. */
  public void open() {
    subscription = store.watch(PREFIX, scheduler, new StoreListener());
  }

  /** Follows and writes no more. */
  public void close() {
    own.close();
    if (subscription != null) {
      subscription.close();
    }
  }

  /** Tells all nodes; repeated until the store has it, or something newer is to be told. */
  public void tell(List<NameClaim.Change> changes) {
    for (NameClaim.Change change : changes) {
      String key = new Key(change.address(), store.localNode()).toString();
      NameClaim claim = change.claim();
      if (claim == null) {
        own.delete(key);
      } else {
        own.put(key, encode(claim));
      }
    }
  }

  private static Bytes encode(NameClaim claim) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(80);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("v", 1);
      json.writeStringField("name", claim.name());
      json.writeNumberField("since", claim.sinceMillis());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("into memory", e);
    }
    return Bytes.copyOf(out.toByteArray());
  }

  private static NameClaim decode(IpAddress address, Bytes value) {
    try (JsonParser json = JSON.createParser(value.toArray())) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new DecodeException("claim: " + value + " (expected: a JSON object)", 0);
      }
      String name = "";
      long since = 0;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "name" -> name = json.getValueAsString("");
          case "since" -> since = json.getValueAsLong();
          default -> json.skipChildren();
        }
      }
      if (name.isEmpty() || since <= 0) {
        throw new DecodeException("claim: \"" + name + "\" since " + since, 0);
      }
      return new NameClaim(name, address, since);
    } catch (IOException e) {
      throw new DecodeException("claim: " + e.getMessage() + " (expected: JSON)", 0);
    }
  }

  private final class StoreListener implements ReplicatedStore.Listener {

    @Override
    public void snapshot(NavigableMap<String, Entry> entries) {
      Set<Key> gone = new HashSet<>(known);
      for (Entry entry : entries.values()) {
        Key key = keys.read(entry.key());
        if (key != null) {
          gone.remove(key);
          put(key, entry);
        }
      }
      gone.forEach(this::remove);
      listener.changed();
    }

    @Override
    public void changed(List<Change<Entry>> changes) {
      for (Change<Entry> change : changes) {
        Key key = keys.read(change.latest().key());
        Entry after = change.after();
        if (key == null) {
          continue;
        }
        if (after == null) {
          remove(key);
        } else {
          put(key, after);
        }
      }
      listener.changed();
    }

    private void put(Key key, Entry entry) {
      if (known.size() >= MAX_CLAIMS && !known.contains(key)) {
        metrics.rejected("CLAIM_TOO_MANY").increment();
        return;
      }
      try {
        NameClaim claim = decode(key.address, entry.value());
        boolean lives = entry.ownerState().lives();
        known.add(key);
        listener.claimed(key.address, key.writer, claim, lives);
      } catch (DecodeException e) {
        keys.skip(entry.key(), e);
        remove(key); // what it said before does not hold any more
      }
    }

    private void remove(Key key) {
      if (known.remove(key)) {
        listener.claimed(key.address, key.writer, null, false);
      }
    }
  }
}
