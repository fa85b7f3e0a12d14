// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Collects a body up to a bound; what is longer ends the exchange. Called by one thread at a time.
 */
final class BoundedBody implements HttpResponse.BodySubscriber<List<ByteBuffer>> {

  private final long maxBytes;
  private final CompletableFuture<List<ByteBuffer>> body = new CompletableFuture<>();
  private final List<ByteBuffer> parts = new ArrayList<>();
  private Flow.@Nullable Subscription subscription;
  private long size;

  BoundedBody(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  @Override
  public CompletionStage<List<ByteBuffer>> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    newSubscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      size += buffer.remaining();
    }
    if (size <= maxBytes) {
      parts.addAll(buffers);
      return;
    }
    parts.clear();
    if (subscription != null) {
      subscription.cancel();
    }
    body.completeExceptionally(new IOException("the body has more than " + maxBytes + " bytes"));
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    body.complete(parts);
  }

  /** The parts as one stream; the buffers are not consumed. */
  static InputStream stream(List<ByteBuffer> parts) {
    return new InputStream() {
      private int part;
      private @Nullable ByteBuffer current;

      @Override
      public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int from, int length) {
        if (length == 0) {
          return 0;
        }
        ByteBuffer buffer = current;
        while (buffer == null || !buffer.hasRemaining()) {
          if (part == parts.size()) {
            return -1;
          }
          buffer = parts.get(part++).duplicate();
          current = buffer;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, from, count);
        return count;
      }
    };
  }
}
