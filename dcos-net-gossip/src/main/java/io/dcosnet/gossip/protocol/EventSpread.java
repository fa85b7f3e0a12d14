// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * News of hosts for all nodes, each delivered once.
 *
 * <p>So many events are remembered and no more. When more than that are under way at a time, the
 * oldest are forgotten, and with each of them all that its origin said before: they may be lost to
 * this node, but they do not come again, and do not go round for ever.
 */
final class EventSpread {

  private static final long MEMORY_NANOS = Duration.ofMinutes(5).toNanos();
  private static final int MAX_ORIGINS = 4096;

  // Type, length, identity, epoch, counter and the lengths of topic and payload at most.
  private static final int FIXED_OCTETS = 3 + 16 + 6 + 9 + 1 + 2;

  private record EventId(NodeId origin, long epoch, long counter) {}

  /** Events of an origin up to this one count as heard. */
  private record Floor(long epoch, long counter) {
    boolean covers(EventId id) {
      return id.epoch < epoch || (id.epoch == epoch && id.counter <= counter);
    }
  }

  private final Node node;
  private final Recent<EventId, Boolean> heard;
  private final Map<NodeId, Floor> floors =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Floor> eldest) {
          return size() > MAX_ORIGINS;
        }
      };
  private final Counter sent;
  private final Counter delivered;
  private final Counter repeated;
  private Consumer<Event> listener = event -> {};
  private long counter;

  EventSpread(Node node) {
    this.node = node;
    this.heard = new Recent<>(node.settings.eventMemory(), MEMORY_NANOS, this::forgotten);
    this.sent = counted("sent");
    this.delivered = counted("delivered");
    this.repeated = counted("repeated");
  }

  private Counter counted(String result) {
    return node.metrics.sink.counter(
        "dcosnet.gossip.events",
        "News for all nodes: sent, delivered to listeners, or heard before",
        "result",
        result);
  }

  /**
   * Spreads news from this node.
   *
   * @throws IllegalArgumentException when they are too long, or fit into no datagram
   */
  void broadcast(String topic, Bytes payload) {
    int topicOctets = topic.getBytes(StandardCharsets.UTF_8).length;
    check("topic", topicOctets, Message.MAX_TOPIC_OCTETS);
    int space = node.settings.maxDatagram() - Courier.ENVELOPE_OCTETS - FIXED_OCTETS - topicOctets;
    check("payload", payload.size(), Math.min(Message.MAX_EVENT_OCTETS, space));
    MemberRecord self = node.table.self();
    Event event = new Event(self.id(), self.epoch(), ++counter, topic, payload);
    heard.put(idOf(event), true, node.host.nanos());
    sent.increment();
    node.rumours.spread(event);
  }

  private static void check(String what, int octets, int most) {
    if (octets > most) {
      throw new IllegalArgumentException(
          "%s: %d octets (expected: at most %d)".formatted(what, octets, most));
    }
  }

  /** News from another node. */
  void received(Event event) {
    EventId id = idOf(event);
    Floor floor = floors.get(id.origin);
    if ((floor != null && floor.covers(id)) || heard.find(id) != null) {
      repeated.increment();
      return;
    }
    heard.put(id, true, node.host.nanos());
    node.rumours.spread(event);
    // What we said before a restart may still go round; to us it is no news.
    if (!id.origin.equals(node.table.self().id())) {
      delivered.increment();
      listener.accept(event);
    }
  }

  private void forgotten(EventId id) {
    Floor floor = floors.get(id.origin);
    if (floor == null || !floor.covers(id)) {
      floors.remove(id.origin); // so that it becomes the youngest
      floors.put(id.origin, new Floor(id.epoch, id.counter));
    }
  }

  private static EventId idOf(Event event) {
    return new EventId(event.origin(), event.epoch(), event.counter());
  }

  /** Who gets the news of other nodes. */
  void listener(Consumer<Event> listener) {
    this.listener = listener;
  }
}
