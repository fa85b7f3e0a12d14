// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.http.HttpResponse.Event;
import io.dcosnet.testkit.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventStreamTest {

  private final VirtualTime loop = new VirtualTime();
  private final Client client = new Client();
  private final Source source = new Source();
  private final EventStream stream = new EventStream(loop, client);

  @Test
  void asksForAWindowAndRefillsIt() {
    stream.onSubscribe(source);
    loop.runReady();
    assertThat(source.asked).isEqualTo(EventStream.WINDOW);

    give(EventStream.WINDOW / 2);

    assertThat(client.written).hasSize(EventStream.WINDOW / 2);
    assertThat(source.asked).isEqualTo(EventStream.WINDOW + EventStream.WINDOW / 2);
  }

  @Test
  void asksForNothingWhileTheClientDoesNotRead() {
    stream.onSubscribe(source);
    loop.runReady();
    client.keepsUp = false;
    give(EventStream.WINDOW);
    assertThat(source.asked).isEqualTo(EventStream.WINDOW);

    client.keepsUp = true;
    stream.askForMore();

    assertThat(source.asked).isEqualTo(2L * EventStream.WINDOW);
    assertThat(client.written).hasSize(EventStream.WINDOW);
  }

  @Test
  void cancelsWhenTheClientGoes() {
    stream.onSubscribe(source);
    loop.runReady();
    stream.cancel();
    give(1);
    stream.onComplete();
    loop.runReady();

    assertThat(source.cancelled).isTrue();
    assertThat(client.written).isEmpty();
    assertThat(client.ended).isFalse();
  }

  @Test
  void cancelsASubscriptionThatComesTooLate() {
    stream.cancel();
    stream.onSubscribe(source);
    loop.runReady();

    assertThat(source.cancelled).isTrue();
    assertThat(source.asked).isZero();
  }

  @Test
  void cancelsASecondSubscription() {
    Source second = new Source();
    stream.onSubscribe(source);
    stream.onSubscribe(second);
    loop.runReady();

    assertThat(second.cancelled).isTrue();
    assertThat(source.cancelled).isFalse();
  }

  @Test
  void endsWithThePublisher() {
    stream.onSubscribe(source);
    loop.runReady();
    give(1);
    stream.onComplete();
    stream.onError(new IllegalStateException("after the end"));
    loop.runReady();

    assertThat(client.ended).isTrue();
    assertThat(client.failure).isNull();
  }

  @Test
  void endsWithAPublisherThatGivesMoreThanAskedFor() {
    stream.onSubscribe(source);
    loop.runReady();
    client.keepsUp = false;
    give(EventStream.WINDOW + 5);

    assertThat(client.written).hasSize(EventStream.WINDOW);
    assertThat(source.cancelled).isTrue();
    assertThat(client.failure).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void doesNotFailThePublisherWhenTheLoopIsGone() {
    EventStream orphan =
        new EventStream(
            work -> {
              throw new RejectedExecutionException("ended");
            },
            client);

    orphan.onSubscribe(source);
    orphan.onNext(new Event("", "x"));
    orphan.onComplete();

    assertThat(source.cancelled).isTrue();
  }

  private void give(int events) {
    for (int i = 0; i < events; i++) {
      stream.onNext(new Event("", "event " + i));
    }
    loop.runReady();
  }

  private static final class Client implements EventStream.Client {
    final List<Event> written = new ArrayList<>();
    boolean keepsUp = true;
    boolean ended;
    @Nullable Throwable failure;

    @Override
    public boolean keepsUp() {
      return keepsUp;
    }

    @Override
    public void write(Event event) {
      written.add(event);
    }

    @Override
    public void ended(@Nullable Throwable reason) {
      ended = true;
      failure = reason;
    }
  }

  private static final class Source implements Flow.Subscription {
    long asked;
    boolean cancelled;

    @Override
    public void request(long n) {
      asked += n;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }
}
