// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class SharedAnswerTest {

  private final Queue<Runnable> work = new ArrayDeque<>();
  private final List<String> made = new ArrayList<>();
  private final SharedAnswer<String> answer =
      new SharedAnswer<>(work::add, String::equals, this::make);

  private HttpResponse make(String source) {
    made.add(source);
    if (source.isEmpty()) {
      throw new IllegalStateException("nothing to make it from");
    }
    return HttpResponse.text(200, source);
  }

  private void run() {
    work.remove().run();
  }

  private CompletableFuture<HttpResponse> ask(String source) {
    return answer.of(source).toCompletableFuture();
  }

  @Test
  void isMadeOnceForAllWhoAskMeanwhile() {
    CompletableFuture<HttpResponse> first = ask("old");
    CompletableFuture<HttpResponse> second = ask("new");

    assertThat(work).hasSize(1);
    run();
    assertThat(first).isCompletedWithValueMatching(one -> one.body().toUtf8().equals("old"));
    assertThat(second).isCompletedWithValueMatching(one -> one.body().toUtf8().equals("old"));
  }

  @Test
  void isTheSameWhileItsSourceIs() {
    CompletableFuture<HttpResponse> first = ask("one");
    run();

    assertThat(ask("one").join()).isSameAs(first.join());
    CompletableFuture<HttpResponse> second = ask("two");
    run();
    assertThat(second).isCompleted();
    assertThat(made).containsExactly("one", "two");
  }

  @Test
  void isMadeAnewAfterAFailure() {
    CompletableFuture<HttpResponse> failed = ask("");
    run();
    CompletableFuture<HttpResponse> anew = ask("one");
    run();

    assertThat(failed).isCompletedExceptionally();
    assertThat(anew).isCompleted();
    assertThat(made).containsExactly("", "one");
  }

  @Test
  void isRefusedWhereNobodyIsFree() {
    SharedAnswer<String> busy =
        new SharedAnswer<>(
            task -> {
              throw new RejectedExecutionException("full");
            },
            String::equals,
            this::make);

    assertThat(busy.of("one").toCompletableFuture().join()).isSameAs(HttpResponse.OVERLOADED);
    assertThat(busy.of("one").toCompletableFuture().join()).isSameAs(HttpResponse.OVERLOADED);
  }
}
