// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.Write;
import io.dcosnet.gossip.GossipCluster;
import io.dcosnet.gossip.crdt.CrdtStore.Versioned;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;

/**
 * What a member does with the replicated store when it is told so by a line.
 *
 * <p><b>Thread-safe.</b>
 */
final class StoreCommands {

  static final List<String> HELP =
      List.of(
          "put KEY TEXT",
          "get KEY",
          "del KEY",
          "watch PREFIX",
          "seen KEY [SECONDS]",
          "history KEY",
          "crdt get KEY",
          "crdt put|assign KEY TEXT",
          "crdt add KEY NUMBER",
          "crdt on|off KEY",
          "crdt insert|remove KEY WORD…",
          "crdt del KEY",
          "crdt field KEY NAME put|assign|add|on|off|insert|remove|del …");

  private static final long MOST_SECONDS = 3600;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final GossipCluster gossip;
  private final MemberNames names;
  private final Answers answers;
  private final Executor executor;

  /**
   * @param executor runs what watches
   */
  StoreCommands(GossipCluster gossip, MemberNames names, Answers answers, Executor executor) {
    this.gossip = gossip;
    this.names = names;
    this.answers = answers;
    this.executor = executor;
  }

  /**
   * Runs a command if it is one of these.
   *
   * @return false when it is none
   */
  boolean run(Words words) {
    switch (words.command()) {
      case "put" -> put(words);
      case "get" -> get(words.word(1, "KEY"));
      case "del" -> delete(words);
      case "watch" -> watch(words.count() > 1 ? words.word(1, "PREFIX") : "");
      case "seen" -> seen(words);
      case "history" -> history(words);
      case "crdt" -> crdt(words);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void put(Words words) {
    String key = words.word(1, "KEY");
    Bytes value = Bytes.utf8(words.rest(2, "TEXT"));
    answers.later(words.line(), gossip.store().put(key, value), write -> written("put", write));
  }

  private void delete(Words words) {
    String key = words.word(1, "KEY");
    answers.later(words.line(), gossip.store().delete(key), write -> written("del", write));
  }

  private ObjectNode written(String event, Write write) {
    return answers
        .lines()
        .line(event)
        .put("key", write.key())
        .put("version", StoreDocuments.version(write.version()));
  }

  /** A key that is not there has no value; of one that is no plain value, {@code type} says so. */
  private void get(String key) {
    Entry entry = gossip.store().view(key).get(key);
    if (entry != null) {
      answers.say(value(entry));
      return;
    }
    ObjectNode nothing = answers.lines().line("value").put("key", key).putNull("value");
    gossip
        .crdts()
        .get(key)
        .ifPresent(held -> nothing.put("type", StoreDocuments.word(held.value().type())));
    answers.say(nothing);
  }

  private ObjectNode value(Entry entry) {
    return StoreDocuments.entry(answers.lines().line("value"), entry, names);
  }

  private void watch(String prefix) {
    answers.say(answers.lines().line("watch").put("prefix", prefix));
    var unused = gossip.store().watch(prefix, executor, new Watcher());
  }

  /** Says what there is, then what changes. */
  private final class Watcher implements ReplicatedStore.Listener {

    @Override
    public void snapshot(NavigableMap<String, Entry> entries) {
      entries.values().forEach(entry -> answers.say(value(entry)));
    }

    @Override
    public void changed(List<Change<Entry>> changes) {
      for (Change<Entry> change : changes) {
        Entry after = change.after();
        if (after != null) {
          answers.say(value(after));
        } else {
          Entry before = change.latest();
          answers.say(
              answers
                  .lines()
                  .line("removed")
                  .put("key", before.key())
                  .put("owner", names.of(before.owner()))
                  .put("version", StoreDocuments.version(before.version())));
        }
      }
    }

    @Override
    public void resync() {
      answers.say(answers.lines().line("resync").put("what", "store"));
    }
  }

  /** Whether all living members have what this one has. */
  private void seen(Words words) {
    String key = words.word(1, "KEY");
    Duration patience = words.count() > 2 ? seconds(words.word(2, "SECONDS")) : PATIENCE;
    Versioned now =
        gossip
            .crdts()
            .get(key)
            .orElseThrow(() -> new IllegalArgumentException(key + ": no such key is known here"));
    answers.later(
        words.line(),
        gossip.store().awaitSeen(new Write(key, now.version()), patience),
        laggards -> seen(key, now, laggards));
  }

  private ObjectNode seen(String key, Versioned now, Set<NodeId> laggards) {
    ObjectNode answer =
        answers
            .lines()
            .line("seen")
            .put("key", key)
            .put("version", StoreDocuments.version(now.version()));
    ArrayNode late = answer.putArray("laggards");
    new TreeSet<>(laggards).forEach(id -> late.add(names.of(id)));
    return answer;
  }

  private static Duration seconds(String text) {
    try {
      long seconds = Long.parseLong(text);
      if (seconds >= 0 && seconds <= MOST_SECONDS) {
        return Duration.ofSeconds(seconds);
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number that is too large.
    }
    throw new IllegalArgumentException(
        "seen: " + text + " (expected: seconds, 0-" + MOST_SECONDS + ")");
  }

  /** Who wrote it, and who is known to have it. */
  private void history(Words words) {
    String key = words.word(1, "KEY");
    answers.later(
        words.line(),
        gossip.why(key),
        text -> answers.lines().line("history").put("key", key).put("text", text.strip()));
  }

  private void crdt(Words words) {
    String what = words.word(1, "get, put, add and so on; help lists them");
    String key = words.word(2, "KEY");
    switch (what) {
      case "get" -> crdtGet(key);
      case "del" ->
          answers.later(
              words.line(),
              gossip.crdts().delete(key),
              version -> written("crdt", new Write(key, version)));
      default ->
          answers.later(
              words.line(),
              gossip.crdts().update(key, CrdtText.ops(words)),
              version -> written("crdt", new Write(key, version)));
    }
  }

  private void crdtGet(String key) {
    ObjectNode answer = answers.lines().line("crdt").put("key", key);
    gossip
        .crdts()
        .get(key)
        .ifPresentOrElse(
            held ->
                StoreDocuments.value(answer, held.value())
                    .put("version", StoreDocuments.version(held.version())),
            () -> answer.putNull("value"));
    answers.say(answer);
  }
}
