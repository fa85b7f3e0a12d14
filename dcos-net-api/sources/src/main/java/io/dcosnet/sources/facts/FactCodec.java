// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.facts;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The binary form of what is known of a cluster. What is read is equal to what was written; equal
 * things are equal bytes. Apps and pods are not part of it.
 *
 * <p>The first byte is the version, the second says what it is, then come fields (see {@code
 * FieldWriter}). A reader skips fields that it does not know, so that new ones can be added without
 * a new version; a version that it does not know it refuses.
 *
 * <p>Pure functions. Each decoder throws {@link DecodeException} for bytes that are something else,
 * and nothing but that; what it allocates is bounded by a small multiple of the input.
 */
public final class FactCodec {

  /** First byte of what is written here. */
  public static final int VERSION = 1;

  private static final int TASK = 't';
  private static final int AGENT = 'a';
  private static final int FRAMEWORK = 'f';
  private static final int MASTERS = 'm';
  private static final int AWAITED = 'w';
  private static final int HEAD = 'h';
  private static final int CHANGE = 'c';
  private static final int SAVED = 's';

  private FactCodec() {}

  public static Bytes encode(Task task) {
    return bytes(TaskWriter.write(begin(TASK), task));
  }

  public static Task decodeTask(Bytes bytes) {
    return TaskReader.read(open(bytes, TASK));
  }

  public static Bytes encode(Agent agent) {
    return bytes(ClusterCodec.write(begin(AGENT), agent));
  }

  public static Agent decodeAgent(Bytes bytes) {
    return ClusterCodec.readAgent(open(bytes, AGENT));
  }

  public static Bytes encode(Framework framework) {
    return bytes(ClusterCodec.write(begin(FRAMEWORK), framework));
  }

  public static Framework decodeFramework(Bytes bytes) {
    return ClusterCodec.readFramework(open(bytes, FRAMEWORK));
  }

  public static Bytes encode(Masters masters) {
    return bytes(ClusterCodec.write(begin(MASTERS), masters));
  }

  public static Masters decodeMasters(Bytes bytes) {
    return ClusterCodec.readMasters(open(bytes, MASTERS));
  }

  /** The id of an agent of {@link Masters#awaited}. */
  public static Bytes encodeAwaited(String agentId) {
    return bytes(begin(AWAITED).text(1, agentId));
  }

  public static String decodeAwaited(Bytes bytes) {
    FieldReader in = open(bytes, AWAITED);
    String id = "";
    while (in.next()) {
      id = in.field() == 1 ? in.text() : id;
    }
    return id;
  }

  public static Bytes encode(FactHead head) {
    FieldWriter masters = ClusterCodec.write(new FieldWriter(), head.masters());
    return bytes(
        begin(HEAD).number(1, head.generation()).number(2, head.entries()).message(3, masters));
  }

  public static FactHead decodeHead(Bytes bytes) {
    FieldReader in = open(bytes, HEAD);
    long generation = 0;
    int entries = 0;
    Masters masters = Masters.NONE;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> generation = in.number();
        case 2 -> entries = in.number(Integer.MAX_VALUE);
        case 3 -> masters = ClusterCodec.readMasters(in.message());
        default -> {}
      }
    }
    if (generation < 1) {
      throw new DecodeException("fact: generation " + generation + " (expected: 1 or more)", 2);
    }
    return new FactHead(generation, entries, masters);
  }

  /** All but apps and pods of a state; {@link #decodeChange} makes it of the empty state. */
  public static Bytes encode(ClusterState state) {
    return encode(ClusterChange.between(ClusterState.EMPTY, state));
  }

  /** The {@code after} sides of a change, and the keys of what it removes. */
  public static Bytes encode(ClusterChange change) {
    FieldWriter out = begin(CHANGE);
    for (Change<Task> task : change.tasks()) {
      Task after = task.after();
      if (after == null) {
        out.message(5, TaskWriter.writeKey(new FieldWriter(), task.latest().key()));
      } else {
        out.message(1, TaskWriter.write(new FieldWriter(), after));
      }
    }
    write(out, change.agents(), 2, ClusterCodec::write, 6, Agent::id);
    write(out, change.frameworks(), 3, ClusterCodec::write, 7, Framework::id);
    Change<Masters> masters = change.masters();
    if (masters != null) {
      out.message(4, ClusterCodec.write(new FieldWriter(), masters.latest()));
    }
    return bytes(out);
  }

  private static <T> void write(
      FieldWriter out,
      List<Change<T>> changes,
      int put,
      BiFunction<FieldWriter, T, FieldWriter> content,
      int removed,
      Function<T, String> id) {
    for (Change<T> change : changes) {
      T after = change.after();
      if (after == null) {
        out.element(removed, id.apply(change.latest()));
      } else {
        out.message(put, content.apply(new FieldWriter(), after));
      }
    }
  }

  /** A change to be applied; of what it removes it tells only the keys. */
  public static ClusterChange decodeChange(Bytes bytes) {
    FieldReader in = open(bytes, CHANGE);
    List<Change<Task>> tasks = new ArrayList<>();
    List<Change<Agent>> agents = new ArrayList<>();
    List<Change<Framework>> frameworks = new ArrayList<>();
    @Nullable Change<Masters> masters = null;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> tasks.add(Change.added(TaskReader.read(in.message())));
        case 2 -> agents.add(Change.added(ClusterCodec.readAgent(in.message())));
        case 3 -> frameworks.add(Change.added(ClusterCodec.readFramework(in.message())));
        case 4 -> masters = Change.added(ClusterCodec.readMasters(in.message()));
        case 5 -> tasks.add(Change.removed(named(TaskReader.readKey(in.message()))));
        case 6 -> agents.add(Change.removed(agentNamed(in.text())));
        case 7 -> frameworks.add(Change.removed(Framework.named(in.text(), "")));
        default -> {}
      }
    }
    return new ClusterChange(tasks, agents, frameworks, masters);
  }

  public static Bytes encode(SavedStep step) {
    FieldWriter out = begin(SAVED).number(1, step.wallMillis());
    out.bytes(2, encode(step.change()).toArray());
    new TreeMap<>(step.serials())
        .forEach((zone, value) -> out.message(3, new FieldWriter().text(1, zone).number(2, value)));
    return bytes(out);
  }

  public static SavedStep decodeStep(Bytes bytes) {
    FieldReader in = open(bytes, SAVED);
    long wallMillis = 0;
    ClusterChange change = ClusterChange.NONE;
    Map<String, Long> serials = new TreeMap<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> wallMillis = in.number();
        case 2 -> change = decodeChange(in.bytes());
        case 3 -> readSerial(in.message(), serials);
        default -> {}
      }
    }
    return new SavedStep(wallMillis, change, serials);
  }

  private static void readSerial(FieldReader in, Map<String, Long> serials) {
    String zone = "";
    long value = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> zone = in.text();
        case 2 -> value = in.number();
        default -> {}
      }
    }
    serials.put(zone, value);
  }

  private static Task named(TaskKey key) {
    return Task.named("").framework(key.frameworkId()).id(key.taskId()).copy(key.copy()).build();
  }

  private static Agent agentNamed(String id) {
    return new Agent(id, "", List.of(), 0, true, Map.of(), "", "");
  }

  private static FieldWriter begin(int kind) {
    return new FieldWriter().raw(VERSION).raw(kind);
  }

  private static Bytes bytes(FieldWriter out) {
    return Bytes.copyOf(out.toBytes());
  }

  private static FieldReader open(Bytes bytes, int kind) {
    if (bytes.size() < 2 || bytes.get(0) != VERSION) {
      throw new DecodeException("fact: " + bytes + " (expected: version " + VERSION + ")", 0);
    }
    if (bytes.get(1) != kind) {
      throw new DecodeException("fact: " + bytes + " (expected: kind " + (char) kind + ")", 1);
    }
    byte[] data = bytes.toArray();
    return new FieldReader(data, 2, data.length);
  }
}
