// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.sources.HostLookup;
import io.dcosnet.sources.HostResolver;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class EventFeedTest {

  private static final URI MASTER = URI.create("http://192.0.2.9:5050/api/v1");

  private final VirtualTime time = new VirtualTime();
  private final ClusterPublisher publisher = ClusterPublisher.create();
  private final StreamMetrics metrics = new StreamMetrics(new RecordingMetrics());
  private boolean busy;

  private void execute(Runnable work) {
    if (busy) {
      throw new RejectedExecutionException("no thread is free");
    }
    time.execute(work);
  }

  @Test
  void givesAgentsUpAlsoWhenTheExecutorRefusedToWork() {
    StreamConfig config =
        new StreamConfig(
            time,
            this::execute,
            new Random(1),
            new MasterSet(List.of(MASTER), null, Set.of(), UnaryOperator.identity(), MASTER),
            Duration.ofMinutes(10),
            1000,
            null,
            null);
    HostResolver hosts = HostResolver.create(time, this::execute, HostLookup.system());
    KnownMasters masters = new KnownMasters(config.masters(), hosts);
    EventFeed feed = new EventFeed(config, publisher, hosts, masters, metrics);
    feed.start();
    EventSession session = new EventSession(MASTER, new Nobody(), 1000, time, metrics);
    String snapshot = FakeEvents.subscribed(FakeEvents.ON_S1, "{'id':{'value':'S3'}}", "");
    feed.accept(session, OperatorMessageParser.read(States.json(snapshot)));
    assertThat(publisher.cluster().masters().awaited()).containsExactly("S3");

    busy = true;
    time.advance(Duration.ofMinutes(11));
    busy = false;
    time.advance(Duration.ofSeconds(1));

    assertThat(publisher.cluster().masters().awaited()).isEmpty();
  }

  private static final class Nobody implements EventSession.Owner {
    @Override
    public void event(EventSession session, OperatorMessage message) {}

    @Override
    public void ended(EventSession session, EventSession.Outcome outcome) {}
  }
}
