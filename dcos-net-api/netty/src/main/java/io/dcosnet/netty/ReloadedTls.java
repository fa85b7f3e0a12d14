// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.api.spi.Scheduler;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS context of a server that follows its files: a new certificate is shown to the connections
 * that come after it, those that are there keep theirs. Files that cannot be used, or do not fit
 * together, leave everything as it was.
 *
 * <p><b>Thread-safe.</b> Files are read on the executor of the runtime.
 */
public final class ReloadedTls {

  /** How long a new certificate may go unnoticed. */
  public static final Duration STEP = Duration.ofSeconds(10);

  private static final Logger LOGGER = LoggerFactory.getLogger(ReloadedTls.class);

  /** What tells one version of a file from the next. */
  private record Version(long size, FileTime modified, @Nullable Object inode) {}

  private final NetRuntime net;
  private final TlsFiles files;
  private final List<String> protocols;
  private final Counter done;
  private final Counter failed;

  // Touched by one look at a time; looks follow one another through the scheduler.
  private List<Version> seen = List.of();
  private String failure = "";

  private volatile @Nullable SslContext context;
  private volatile long goodUntilMillis;
  private volatile boolean closed;
  private volatile Scheduler.@Nullable Timer timer;

  /**
   * Reads nothing yet.
   *
   * @param protocols names for ALPN, the preferred one first; none to leave ALPN out
   */
  public ReloadedTls(NetRuntime net, TlsFiles files, List<String> protocols) {
    this.net = requireNonNull(net, "net");
    this.files = requireNonNull(files, "files");
    this.protocols = List.copyOf(protocols);
    this.done = reloads("done");
    this.failed = reloads("failed");
  }

  private Counter reloads(String result) {
    return net.metrics()
        .counter("dcosnet.netty.tls.reloads", "Certificates read by outcome", "result", result);
  }

  /**
   * Reads the files and begins to watch them.
   *
   * @return fails with {@link DcosNetException} when they cannot be used
   */
  public CompletionStage<Void> open() {
    return CompletableFuture.runAsync(
        () -> {
          seen = versions();
          read();
          net.metrics()
              .gauge(
                  "dcosnet.netty.tls.left.seconds",
                  "Time until the certificate expires",
                  () -> (goodUntilMillis - net.time().wallMillis()) / 1000,
                  "certificate",
                  files.chain().toString());
          lookLater();
        },
        net.executor());
  }

  /**
   * What new connections use.
   *
   * @throws IllegalStateException before {@link #open} has completed
   */
  public SslContext context() {
    SslContext current = context;
    if (current == null) {
      throw new IllegalStateException("context: not open yet (expected: after open())");
    }
    return current;
  }

  /** Watches no longer; the context stays as it is. */
  public void close() {
    closed = true;
    Scheduler.Timer next = timer;
    if (next != null) {
      next.cancel();
    }
  }

  private void lookLater() {
    if (!closed) {
      timer = net.scheduler().schedule(STEP, this::look);
    }
  }

  private void look() {
    try {
      net.executor()
          .execute(
              () -> {
                try {
                  lookNow();
                } finally {
                  lookLater();
                }
              });
    } catch (RejectedExecutionException e) {
      LOGGER.debug("no thread to look at {}", files.chain(), e);
      lookLater();
    }
  }

  private void lookNow() {
    List<Version> now = versions();
    if (closed || now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      read();
      failure = "";
      LOGGER.info("certificate read again chain={}", files.chain());
    } catch (DcosNetException e) {
      failed.increment();
      String reason = String.valueOf(e.getMessage());
      if (!reason.equals(failure)) {
        failure = reason;
        LOGGER.warn("the certificate from before stays in use: {}", reason);
      }
    }
  }

  private void read() {
    ServerCertificate own = ServerCertificate.read(files);
    context = TlsContexts.server(files, own, protocols);
    goodUntilMillis = own.goodUntilMillis();
    done.increment();
  }

  /** As far as the files are there; one that is missing differs from each version of it. */
  private List<Version> versions() {
    List<Path> all = new ArrayList<>(List.of(files.chain(), files.key()));
    if (files.clientAuthorities() != null) {
      all.add(files.clientAuthorities());
    }
    List<Version> versions = new ArrayList<>();
    for (Path file : all) {
      try {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        versions.add(new Version(found.size(), found.lastModifiedTime(), found.fileKey()));
      } catch (IOException e) {
        versions.add(new Version(-1, FileTime.fromMillis(0), file));
      }
    }
    return List.copyOf(versions);
  }
}
