// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.gossip.GossipCluster;
import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.standalone.cli.Console;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a member does that is told by lines on standard input. Each command gets one line of JSON as
 * its answer: an event named after it, or {@code {"event":"error",…}}.
 *
 * <p><b>Thread-safe.</b>
 */
final class MemberCommands {

  private static final List<String> HELP =
      List.of(
          "members",
          "why NAME|ID",
          "metadata KEY=VALUE…",
          "listen TOPIC",
          "send NAME|ID TOPIC TEXT",
          "broadcast TOPIC TEXT",
          "keys",
          "key install ID:BASE64",
          "key use ID",
          "key remove ID",
          "counts",
          "debug",
          "leave");

  private static final List<String> ALL =
      Stream.concat(HELP.stream(), StoreCommands.HELP.stream()).toList();

  private final GossipCluster gossip;
  private final @Nullable KeyRing keys;
  private final MemberNames names;
  private final MemberCounts counts;
  private final EventLines lines;
  private final Answers answers;
  private final StoreCommands store;
  private final Executor executor;
  private final Runnable leave;

  /**
   * @param keys null without encryption
   * @param executor runs what listens to topics and watches keys
   * @param leave asks for the end
   */
  MemberCommands(
      GossipCluster gossip,
      @Nullable KeyRing keys,
      MemberNames names,
      MemberCounts counts,
      EventLines lines,
      Console console,
      Executor executor,
      Runnable leave) {
    this.gossip = gossip;
    this.keys = keys;
    this.names = names;
    this.counts = counts;
    this.lines = lines;
    answers = new Answers(lines, console);
    store = new StoreCommands(gossip, names, answers, executor);
    this.executor = executor;
    this.leave = leave;
  }

  /** Runs one line; a blank one does nothing. */
  void run(String line) {
    if (line.isBlank()) {
      return;
    }
    Words words = Words.of(line);
    try {
      if (!store.run(words)) {
        run(words);
      }
    } catch (IllegalArgumentException | IllegalStateException | DcosNetException e) {
      answers.error(line, String.valueOf(e.getMessage()));
    }
  }

  private void run(Words words) {
    switch (words.command()) {
      case "help" -> help();
      case "members" -> members();
      case "why" -> why(words, member(words.word(1, "NAME|ID")));
      case "metadata" -> metadata(words.from(1));
      case "listen" -> listen(words.word(1, "TOPIC"));
      case "send" -> send(words, member(words.word(1, "NAME|ID")), words.word(2, "TOPIC"));
      case "broadcast" -> broadcast(words.word(1, "TOPIC"), words.rest(2, "TEXT"));
      case "keys" -> keys();
      case "key" -> key(words.word(1, "install, use or remove"), words.word(2, "a key or an ID"));
      case "counts" -> counts();
      case "debug" -> debug(words);
      case "leave" -> leave.run();
      default ->
          throw new IllegalArgumentException(
              words.command() + ": unknown (expected: " + String.join(", ", ALL) + ")");
    }
  }

  private void help() {
    ObjectNode answer = lines.line("help");
    ArrayNode commands = answer.putArray("commands");
    ALL.forEach(commands::add);
    say(answer);
  }

  private void members() {
    ObjectNode answer = lines.line("members");
    answer.set("members", MemberDocuments.members(gossip.membership().members(), names));
    say(answer);
  }

  private void why(Words words, NodeId member) {
    answers.later(
        words.line(),
        gossip.why(member),
        steps -> {
          ObjectNode answer = lines.line("why", member);
          answer.set("steps", MemberDocuments.steps(steps, names));
          return answer;
        });
  }

  private void metadata(List<String> words) {
    Map<String, String> says;
    try {
      says = MetadataText.parse(words);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("metadata: " + e.getMessage(), e);
    }
    gossip.metadata(says);
    say(lines.line("metadata", gossip.id()));
  }

  private void listen(String topic) {
    var unused =
        gossip
            .messages()
            .receive(topic, executor, (from, message) -> heard("message", from, topic, message));
    var unusedToo =
        gossip
            .broadcast()
            .listen(topic, executor, (from, payload) -> heard("broadcast", from, topic, payload));
    say(lines.line("listen").put("topic", topic));
  }

  private void heard(String event, NodeId from, String topic, Bytes content) {
    say(lines.line(event, from).put("topic", topic).put("text", content.toUtf8()));
  }

  private void send(Words words, NodeId to, String topic) {
    answers.later(
        words.line(),
        gossip.messages().send(to, topic, Bytes.utf8(words.rest(3, "TEXT"))),
        done -> lines.line("sent", to).put("topic", topic));
  }

  private void broadcast(String topic, String text) {
    gossip.broadcast().send(topic, Bytes.utf8(text));
    say(lines.line("spread").put("topic", topic));
  }

  private void keys() {
    KeyRing ring = ring();
    ObjectNode answer = lines.line("keys").put("primary", ring.primary().id());
    ArrayNode ids = answer.putArray("ids");
    ring.ids().forEach(ids::add);
    say(answer);
  }

  private void key(String action, String argument) {
    switch (action) {
      case "install" -> ring().install(key(argument));
      case "use" -> ring().use(id(argument));
      case "remove" -> ring().remove(id(argument));
      default ->
          throw new IllegalArgumentException(
              "key " + action + ": unknown (expected: install, use or remove)");
    }
    keys();
  }

  /** Says nothing of a key that cannot be read. */
  private static GossipKey key(String text) {
    try {
      return GossipKey.parse(text);
    } catch (DecodeException e) {
      throw new IllegalArgumentException("key install: " + e.getMessage(), e);
    }
  }

  private static int id(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("key id: " + text + " (expected: 1 to 255)", e);
    }
  }

  private KeyRing ring() {
    if (keys == null) {
      throw new IllegalStateException("this member runs without encryption and has no keys");
    }
    return keys;
  }

  private void counts() {
    ObjectNode answer = lines.line("counts");
    answer.set("figures", counts.document());
    say(answer);
  }

  private void debug(Words words) {
    answers.later(
        words.line(),
        gossip.debugSnapshot(),
        // It is JSON already, made by the member itself.
        snapshot -> lines.line("debug").putRawValue("state", new RawValue(snapshot)));
  }

  private NodeId member(String nameOrId) {
    return names
        .find(nameOrId)
        .or(() -> shown(nameOrId))
        .orElseThrow(
            () -> new IllegalArgumentException(nameOrId + ": no such member is known here"));
  }

  /** One that lost its name to another is shown with a number behind it. */
  private Optional<NodeId> shown(String name) {
    return gossip.membership().members().stream()
        .filter(member -> name.equals(member.metadata().get("name")))
        .map(Member::id)
        .findFirst();
  }

  private void say(ObjectNode line) {
    answers.say(line);
  }
}
