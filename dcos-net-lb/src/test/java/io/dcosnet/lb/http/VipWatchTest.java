// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.http.HttpResponse.Event;
import io.dcosnet.api.model.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VipWatchTest {

  private static final Pattern HOST = Pattern.compile("\"vip\":\"([a-z]+)");

  private final ApiRig rig = new ApiRig();
  private int accepts = Integer.MAX_VALUE;
  private final VipsApi api =
      rig.vipsApi(
          work -> {
            if (accepts-- <= 0) {
              throw new RejectedExecutionException("full");
            }
            rig.time.execute(work);
          });

  @Test
  void tellsAllThatThereIsAndThenEachChange() {
    rig.run("web", 31001, "/web:80");
    Task db = rig.run("db", 31002, "/db:5432");
    Client client = new Client(Long.MAX_VALUE);
    assertThat(client.seen).containsExactlyInAnyOrder("vip web", "vip db", "synced");
    assertThat(client.events.get(2).data()).isEqualTo("{\"vips\":2}");
    client.seen.clear();
    rig.run("more", 31003, "/web:80");
    assertThat(client.seen).contains("vip web").doesNotContain("vip db");
    client.seen.clear();
    rig.tasks.remove(db.key());
    rig.settle();
    assertThat(client.seen).contains("gone db").doesNotContain("vip web");
  }

  @Test
  void staysQuietWhileNothingChanges() {
    rig.run("web", 31001, "/web:80");
    Client client = new Client(Long.MAX_VALUE);
    client.seen.clear();
    rig.time.advance(Duration.ofMinutes(2));
    assertThat(client.seen).isEmpty();
  }

  @Test
  void tellsASlowClientOnlyTheLastOfManyChanges() {
    Client client = new Client(1);
    assertThat(client.seen).containsExactly("synced");
    for (int i = 0; i < 20; i++) {
      rig.run("web" + i, 31000 + i, "/web:80");
    }
    assertThat(client.seen).hasSize(1);
    client.ask(Long.MAX_VALUE);
    assertThat(client.seen).containsExactly("synced", "vip web", "synced");
    assertThat(client.events.get(1).data()).contains("31000").contains("31019");
  }

  @Test
  void goesOnInTheMiddleOfAList() {
    rig.run("a", 31001, "/a:80");
    rig.run("b", 31002, "/b:80");
    Client client = new Client(1);
    assertThat(client.seen).hasSize(1);
    rig.run("c", 31003, "/c:80");
    client.ask(2);
    client.ask(10);
    assertThat(client.seen)
        .containsExactlyInAnyOrder("vip a", "vip b", "synced", "vip c", "synced");
    assertThat(client.seen).endsWith("vip c", "synced");
  }

  @Test
  void tellsNothingToWhoHasGone() {
    Client client = new Client(Long.MAX_VALUE);
    client.subscription().cancel();
    client.seen.clear();
    rig.run("web", 31001, "/web:80");
    assertThat(client.seen).isEmpty();
  }

  @Test
  void refusesOneWatcherTooManyAndForgetsThoseWhoLeft() {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < VipsApi.MOST_WATCHERS; i++) {
      clients.add(new Client(1));
    }
    assertThat(rig.get(api, "/v1/vips/watch").status()).isEqualTo(503);
    clients.get(0).subscription().cancel();
    clients.get(0).subscription().cancel();
    assertThat(rig.get(api, "/v1/vips/watch").status()).isEqualTo(200);
    new Client(1);
    assertThat(rig.get(api, "/v1/vips/watch").status()).isEqualTo(503);
  }

  @Test
  void endsAStreamThatAsksForNothing() {
    Client client = new Client(1);
    client.ask(0);
    assertThat(client.failure).isInstanceOf(IllegalArgumentException.class);
    client.seen.clear();
    rig.run("web", 31001, "/web:80");
    assertThat(client.seen).isEmpty();
  }

  @Test
  void tellsAClientThatThereIsTooMuchToDo() {
    rig.run("web", 31001, "/web:80");
    accepts = 1; // the look, but not what comes of it
    Client client = new Client(Long.MAX_VALUE);
    assertThat(client.failure).isInstanceOf(RejectedExecutionException.class);
    accepts = Integer.MAX_VALUE;
    for (int i = 0; i < VipsApi.MOST_WATCHERS; i++) {
      assertThat(new Client(1).seen).as("nobody is counted who has gone").hasSize(1);
    }
  }

  private final class Client implements Flow.Subscriber<Event> {
    final List<Event> events = new ArrayList<>();
    final List<String> seen = new ArrayList<>();
    private final long first;
    private Flow.@Nullable Subscription subscription;
    private @Nullable Throwable failure;

    Client(long first) {
      this.first = first;
      HttpResponse answer = rig.get(api, "/v1/vips/watch");
      answer.eventStream().orElseThrow().subscribe(this);
      rig.time.runReady();
    }

    Flow.Subscription subscription() {
      return Objects.requireNonNull(subscription);
    }

    void ask(long count) {
      subscription().request(count);
      rig.time.runReady();
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
      subscription = begun;
      begun.request(first);
    }

    @Override
    public void onNext(Event event) {
      events.add(event);
      Matcher host = HOST.matcher(event.data());
      seen.add(event.type() + (host.find() ? " " + host.group(1) : ""));
    }

    @Override
    public void onError(Throwable cause) {
      failure = cause;
    }

    @Override
    public void onComplete() {}
  }
}
