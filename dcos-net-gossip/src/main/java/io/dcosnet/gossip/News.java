// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.wire.Message;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** News of this node and for its listeners. */
final class News implements Broadcast {

  private static final Logger LOGGER = LoggerFactory.getLogger(News.class);

  private final OnCore core;
  private final MetricsSink.Counter lost;
  private final ConcurrentMap<String, List<SerialDelivery<Message.Event>>> topics =
      new ConcurrentHashMap<>();

  News(OnCore core, MetricsSink.Counter lost) {
    this.core = core;
    this.lost = lost;
  }

  @Override
  public void send(String topic, Bytes payload) {
    Mailbox.checkTopic(topic);
    if (payload.size() > Message.MAX_EVENT_OCTETS) {
      throw new IllegalArgumentException(
          "payload: %d octets (expected: at most %d)"
              .formatted(payload.size(), Message.MAX_EVENT_OCTETS));
    }
    core.call(
        running -> running.broadcast(topic, payload),
        fault -> LOGGER.warn("news are not spread topic={} reason=\"{}\"", topic, fault));
  }

  /** News of another node. */
  void heard(Message.Event event) {
    for (SerialDelivery<Message.Event> delivery : topics.getOrDefault(event.topic(), List.of())) {
      delivery.offer(event);
    }
  }

  @Override
  public Subscription listen(String topic, Executor executor, Listener listener) {
    Mailbox.checkTopic(topic);
    SerialDelivery<Message.Event> delivery =
        new SerialDelivery<>(
            executor, event -> listener.heard(event.origin(), event.payload()), lost);
    topics.compute(
        topic,
        (key, present) -> {
          List<SerialDelivery<Message.Event>> all =
              present == null ? new CopyOnWriteArrayList<>() : present;
          all.add(delivery);
          return all;
        });
    return () -> {
      topics.computeIfPresent(
          topic,
          (key, present) -> {
            present.remove(delivery);
            return present.isEmpty() ? null : present;
          });
      delivery.close();
    };
  }
}
