// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.vip.VipBackend;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is said of one back end. On the wire it is a JSON object with a version; readers take newer
 * versions and leave out fields that they do not know. <b>Immutable.</b>
 *
 * @param onWriter true when the task runs on the node that writes the entry, so that the state of
 *     the writer is the state of its node
 * @param sinceMillis Unix time at which its state began
 * @param changedMillis Unix time at which the writer learnt what the entry says; 0 when not said
 * @param zone fault domain as {@code region/zone}, empty when unknown
 * @param tasks whose back end it is, as {@link io.dcosnet.lb.vip.TaskMark}s; empty when not said
 */
public record BackendEntry(
    Backend backend,
    boolean onWriter,
    long sinceMillis,
    long changedMillis,
    String zone,
    SortedMap<String, String> attributes,
    SortedSet<String> tasks) {

  /** The version that we write. */
  static final int VERSION = 1;

  private static final JsonFactory JSON = new JsonFactory();

  public BackendEntry {
    requireNonNull(backend, "backend");
    requireNonNull(zone, "zone");
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    tasks = Collections.unmodifiableSortedSet(new TreeSet<>(tasks));
  }

  /** One that says neither when it changed nor whose it is. */
  BackendEntry(
      Backend backend,
      boolean onWriter,
      long sinceMillis,
      String zone,
      SortedMap<String, String> attributes) {
    this(backend, onWriter, sinceMillis, 0, zone, attributes, Collections.emptySortedSet());
  }

  static BackendEntry of(
      VipBackend backend, boolean onWriter, long sinceMillis, long changedMillis) {
    return new BackendEntry(
        backend.backend(),
        onWriter,
        sinceMillis,
        changedMillis,
        backend.zone(),
        backend.attributes(),
        backend.tasks());
  }

  BackendEntry since(long millis) {
    return new BackendEntry(backend, onWriter, millis, changedMillis, zone, attributes, tasks);
  }

  /** Whether both say the same, whenever they were written. */
  boolean saysTheSameAs(@Nullable BackendEntry other) {
    return other != null
        && backend.equals(other.backend)
        && onWriter == other.onWriter
        && zone.equals(other.zone)
        && attributes.equals(other.attributes)
        && tasks.equals(other.tasks);
  }

  Bytes encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(160);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("v", VERSION);
      json.writeStringField("node", backend.node().toString());
      json.writeStringField("ip", backend.endpoint().address().toString());
      json.writeNumberField("port", backend.endpoint().port());
      json.writeNumberField("weight", backend.weight());
      json.writeStringField("state", backend.state().name().toLowerCase(Locale.ROOT));
      json.writeNumberField("since", sinceMillis);
      if (changedMillis != 0) {
        json.writeNumberField("changed", changedMillis);
      }
      if (onWriter) {
        json.writeBooleanField("onWriter", true);
      }
      if (!zone.isEmpty()) {
        json.writeStringField("zone", zone);
      }
      if (!attributes.isEmpty()) {
        json.writeObjectFieldStart("attributes");
        for (var attribute : attributes.entrySet()) {
          json.writeStringField(attribute.getKey(), attribute.getValue());
        }
        json.writeEndObject();
      }
      if (!tasks.isEmpty()) {
        json.writeArrayFieldStart("tasks");
        for (String task : tasks) {
          json.writeString(task);
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("into memory", e);
    }
    return Bytes.copyOf(out.toByteArray());
  }

  /**
   * Reads an entry.
   *
   * @throws DecodeException for what is no JSON object, or lacks the node or the endpoint
   */
  static BackendEntry decode(Bytes value) {
    try (JsonParser json = JSON.createParser(value.toArray())) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new DecodeException("back end: " + value + " (expected: a JSON object)", 0);
      }
      Fields fields = new Fields();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        fields.read(name, json);
      }
      return fields.entry();
    } catch (IOException e) {
      throw new DecodeException("back end: " + e.getMessage() + " (expected: JSON)", 0);
    }
  }

  /** What has been read so far. */
  private static final class Fields {
    private @Nullable String node;
    private @Nullable String ip;
    private int port;
    private int weight = 1;
    private Backend.State state = Backend.State.UP;
    private long since;
    private long changed;
    private boolean onWriter;
    private String zone = "";
    private final SortedMap<String, String> attributes = new TreeMap<>();
    private final SortedSet<String> tasks = new TreeSet<>();

    void read(String name, JsonParser json) throws IOException {
      switch (name) {
        case "node" -> node = json.getValueAsString();
        case "ip" -> ip = json.getValueAsString();
        case "port" -> port = json.getValueAsInt();
        case "weight" -> weight = json.getValueAsInt(1);
        case "state" -> state = state(json.getValueAsString(""));
        case "since" -> since = json.getValueAsLong();
        case "changed" -> changed = json.getValueAsLong();
        case "onWriter" -> onWriter = json.getValueAsBoolean();
        case "zone" -> zone = json.getValueAsString("");
        case "attributes" -> readAttributes(json);
        case "tasks" -> JsonTexts.read(json, tasks);
        default -> json.skipChildren();
      }
    }

    private void readAttributes(JsonParser json) throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        json.skipChildren();
        return;
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        if (json.currentToken().isScalarValue()) {
          attributes.put(name, json.getValueAsString(""));
        } else {
          json.skipChildren();
        }
      }
    }

    /** A state that is newer than we are gets nothing new: that harms least. */
    private static Backend.State state(String text) {
      return switch (text) {
        case "up" -> Backend.State.UP;
        case "draining" -> Backend.State.DRAINING;
        default -> Backend.State.DOWN;
      };
    }

    BackendEntry entry() {
      if (node == null || ip == null || port < 1 || port > 65535) {
        throw new DecodeException(
            "back end: " + ip + ":" + port + " on " + node + " (expected: node, ip and port)", 0);
      }
      Backend backend =
          new Backend(
              new HostPort(IpAddress.parse(ip), port),
              IpAddress.parse(node),
              Math.max(0, Math.min(Backend.MAX_WEIGHT, weight)),
              state);
      return new BackendEntry(backend, onWriter, since, changed, zone, attributes, tasks);
    }
  }
}
