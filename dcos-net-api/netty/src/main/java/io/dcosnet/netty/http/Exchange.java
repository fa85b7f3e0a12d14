// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.netty.http.Routes.Mount;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request while it arrives and is answered. Confined to the event loop of its connection. */
final class Exchange {

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final io.netty.handler.codec.http.HttpRequest head;
  private final RequestTarget target;
  private final @Nullable Mount mount;
  private final int maxBodyBytes;
  private final long beganNanos;
  private @Nullable ByteBuf body;
  private int size;

  Exchange(
      io.netty.handler.codec.http.HttpRequest head,
      RequestTarget target,
      @Nullable Mount mount,
      int maxBodyBytes,
      long beganNanos) {
    this.head = head;
    this.target = target;
    this.mount = mount;
    this.maxBodyBytes = mount == null ? maxBodyBytes : mount.maxBodyBytes();
    this.beganNanos = beganNanos;
  }

  /** What is wrong with the head besides its target; null when nothing is. */
  static @Nullable Refusal fault(io.netty.handler.codec.http.HttpRequest head, boolean unix) {
    HttpVersion version = head.protocolVersion();
    if (!version.protocolName().equals("HTTP") || version.majorVersion() != 1) {
      return Refusal.VERSION;
    }
    if (!METHODS.contains(head.method().name())) {
      return Refusal.METHOD;
    }
    HttpHeaders headers = head.headers();
    List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
    boolean named = hosts.size() == 1 && !hosts.get(0).isEmpty();
    // dockerd leaves the host empty on unix sockets, others leave the header out
    if (hosts.size() > 1 || (!named && !unix && version.minorVersion() > 0)) {
      return Refusal.HOST;
    }
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!codings.isEmpty()) {
      if (version.minorVersion() == 0 || headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
        return Refusal.FRAMING; // two readings of one message are how requests get smuggled
      }
      if (codings.size() > 1 || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0))) {
        return Refusal.ENCODING;
      }
    }
    String expect = headers.get(HttpHeaderNames.EXPECT);
    boolean understood =
        expect == null || HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expect);
    return understood ? null : Refusal.EXPECTATION;
  }

  /** Whether the announced body is larger than allowed. */
  boolean announcesTooMuch() {
    return HttpUtil.getContentLength(head, 0L) > maxBodyBytes;
  }

  boolean wantsContinue() {
    return head.headers().contains(HttpHeaderNames.EXPECT)
        && head.protocolVersion().minorVersion() > 0;
  }

  /** Takes a part of the body; false when it has become too large. */
  boolean append(ByteBuf part, ByteBufAllocator allocator) {
    if ((long) size + part.readableBytes() > maxBodyBytes) {
      return false;
    }
    size += part.readableBytes();
    if (mount != null && part.isReadable()) {
      if (body == null) {
        body = allocator.heapBuffer(part.readableBytes());
      }
      body.writeBytes(part);
    }
    return true;
  }

  void release() {
    if (body != null) {
      body.release();
      body = null;
    }
  }

  /** The request as handlers see it; HEAD becomes GET, since only the server treats them unlike. */
  HttpRequest toRequest(String remote) {
    Bytes bytes = body == null ? Bytes.EMPTY : Bytes.copyOf(body.nioBuffer());
    release();
    Map<String, List<String>> headers = new HashMap<>();
    for (Map.Entry<String, String> header : head.headers()) {
      headers
          .computeIfAbsent(header.getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>(1))
          .add(header.getValue());
    }
    String method = isHead() ? "GET" : head.method().name();
    return new HttpRequest(method, target.path(), target.query(), headers, bytes, remote);
  }

  @Nullable Mount mount() {
    return mount;
  }

  long beganNanos() {
    return beganNanos;
  }

  boolean isHead() {
    return head.method().name().equals("HEAD");
  }

  /** HTTP/1.0 knows no chunks: an answer of unknown length ends with the connection. */
  boolean knowsChunks() {
    return head.protocolVersion().minorVersion() > 0;
  }

  boolean keepsAlive() {
    return HttpUtil.isKeepAlive(head);
  }
}
