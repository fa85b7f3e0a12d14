// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.http.HttpResponse.Event;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Carries events from a publisher to one client: asks for a window of events while the client reads
 * and for none while it does not.
 *
 * <p><b>Confined to</b> the event loop given, except for the methods of {@link Flow.Subscriber},
 * which the publisher may call from any thread.
 */
final class EventStream implements Flow.Subscriber<Event> {

  /** How many events may be under way, and so how many a client that stops reading can pile up. */
  static final int WINDOW = 32;

  /** The connection as a stream sees it; called on the event loop. */
  interface Client {
    /** False while the client reads slower than we write. */
    boolean keepsUp();

    void write(Event event);

    /**
     * The stream has come to its end.
     *
     * @param failure null when the publisher has completed
     */
    void ended(@Nullable Throwable failure);
  }

  private final Executor loop;
  private final Client client;
  private Flow.@Nullable Subscription subscription;
  private int underWay;
  private boolean over;

  EventStream(Executor loop, Client client) {
    this.loop = loop;
    this.client = client;
  }

  /** Asks for more events as far as the client keeps up. */
  void askForMore() {
    Flow.Subscription from = subscription;
    if (over || from == null || underWay > WINDOW / 2 || !client.keepsUp()) {
      return;
    }
    int more = WINDOW - underWay;
    underWay = WINDOW;
    from.request(more);
  }

  /** Ends the stream because of the client or the server; no further call reaches the client. */
  void cancel() {
    over = true;
    Flow.Subscription from = subscription;
    subscription = null;
    if (from != null) {
      from.cancel();
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    requireNonNull(given, "subscription");
    boolean handedOn =
        onLoop(
            () -> {
              if (over || subscription != null) {
                given.cancel();
              } else {
                subscription = given;
                askForMore();
              }
            });
    if (!handedOn) {
      given.cancel();
    }
  }

  @Override
  public void onNext(Event event) {
    requireNonNull(event, "event");
    onLoop(() -> next(event));
  }

  private void next(Event event) {
    if (over) {
      return;
    }
    if (--underWay < 0) {
      cancel();
      client.ended(new IllegalStateException("the publisher gave more events than asked for"));
      return;
    }
    client.write(event);
    askForMore();
  }

  @Override
  public void onError(Throwable failure) {
    requireNonNull(failure, "failure");
    onLoop(() -> end(failure));
  }

  @Override
  public void onComplete() {
    onLoop(() -> end(null));
  }

  private void end(@Nullable Throwable failure) {
    if (!over) {
      over = true;
      subscription = null;
      client.ended(failure);
    }
  }

  /** False when the loop is gone, and the connection with it; publishers must not be failed. */
  private boolean onLoop(Runnable work) {
    try {
      loop.execute(work);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }
}
