// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.sources.mesos.StreamMetrics.End;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class EventSessionTest {

  private static final String BEAT = "20\n{\"type\":\"HEARTBEAT\"}";
  private static final String SNAPSHOT =
      new String(FakeEvents.record(FakeEvents.subscribed("", "", "", 5)), StandardCharsets.UTF_8);

  private final VirtualTime time = new VirtualTime();
  private final List<String> events = new ArrayList<>();
  private final List<EventSession.Outcome> ends = new ArrayList<>();
  private final Connection connection = new Connection();
  private final EventSession session =
      new EventSession(
          URI.create("http://192.0.2.1:5050/api/v1"),
          new EventSession.Owner() {
            @Override
            public void event(EventSession from, OperatorMessage message) {
              events.add(message.type());
            }

            @Override
            public void ended(EventSession from, EventSession.Outcome outcome) {
              ends.add(outcome);
            }
          },
          10_000,
          time,
          new StreamMetrics(new RecordingMetrics()));

  private static final class Connection implements Flow.Subscription {
    long wanted;
    boolean cancelled;

    @Override
    public void request(long count) {
      wanted += count;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  private void receive(String text) {
    assertThat(connection.wanted).as("bytes that were asked for").isEqualTo(1);
    connection.wanted--;
    session.onNext(List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void asksForBytesOnlyWhenTheOnesBeforeAreDealtWith() {
    session.onSubscribe(connection);

    receive(SNAPSHOT + BEAT + "20\n{\"type\"");
    assertThat(events).containsExactly("SUBSCRIBED", "HEARTBEAT");

    receive(":\"HEARTBEAT\"}");
    assertThat(events).hasSize(3);
    assertThat(connection.wanted).isEqualTo(1);
    assertThat(session.heartbeat()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void takesBytesForASignOfLifeOnlyUntilTheSnapshotIsThere() {
    session.onSubscribe(connection);
    time.advance(Duration.ofSeconds(10));
    receive(SNAPSHOT.substring(0, 50));
    assertThat(session.silence()).isZero();

    receive(SNAPSHOT.substring(50));
    time.advance(Duration.ofSeconds(7));
    receive("20\n{\"type\"");

    assertThat(session.silence()).isEqualTo(Duration.ofSeconds(7).toNanos());
  }

  @Test
  void endsAtTheFirstFaultAndReadsNothingBehindIt() {
    session.onSubscribe(connection);

    receive(SNAPSHOT + "x" + BEAT);

    assertThat(events).containsExactly("SUBSCRIBED");
    assertThat(ends).singleElement().satisfies(e -> assertThat(e.reason()).isEqualTo(End.FRAMING));
    assertThat(connection.cancelled).isTrue();
    assertThat(connection.wanted).isZero();
  }

  @Test
  void endsOnce() {
    session.onSubscribe(connection);
    session.end(End.SILENT, "no sign of life");
    session.onError(new IOException("closed"));
    session.onComplete();

    assertThat(ends).containsExactly(new EventSession.Outcome(End.SILENT, "no sign of life"));
    assertThat(session.outcome()).isEqualTo(ends.get(0));
  }

  @Test
  void tellsAnEndInTheMiddleOfARecord() {
    session.onSubscribe(connection);
    receive(SNAPSHOT + "20\n{");
    session.onComplete();

    assertThat(ends.get(0).reason()).isEqualTo(End.CLOSED);
    assertThat(ends.get(0).text()).startsWith("the stream ends in the middle of a record at byte");
  }

  @Test
  void wantsNothingOfAConnectionThatComesTooLate() {
    session.end(End.CLOSED, "not wanted any more");

    session.onSubscribe(connection);

    assertThat(connection.cancelled).isTrue();
    assertThat(connection.wanted).isZero();
  }
}
