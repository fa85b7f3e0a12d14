// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How sockets to other servers are used; everything has a default. <b>Immutable.</b> */
public final class ExchangeConfig {

  /** With 16 bits of id, 22 bits for a forger to guess, and one for each letter of the name. */
  public static final int DEFAULT_PORTS = 64;

  /** As many as dcos-net lets wait in all. */
  public static final int DEFAULT_MAX_PENDING = 1024;

  /** RFC 7766 §6.2.3 wants some seconds. */
  public static final Duration DEFAULT_IDLE = Duration.ofSeconds(10);

  /** Two SYN packets may be lost. */
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(4);

  private final int ports;
  private final int maxPending;
  private final boolean mixedLetters;
  private final boolean cookies;
  private final Duration idle;
  private final Duration connectTimeout;
  private final @Nullable Path authorities;

  // Made when it is needed first: a secure one opens a device. Guarded by this.
  private @Nullable RandomGenerator random;

  private ExchangeConfig(Builder builder) {
    ports = builder.ports;
    maxPending = builder.maxPending;
    mixedLetters = builder.mixedLetters;
    cookies = builder.cookies;
    idle = builder.idle;
    connectTimeout = builder.connectTimeout;
    authorities = builder.authorities;
    random = builder.random;
  }

  public static ExchangeConfig defaults() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Open UDP ports towards each server that is busy, all event loops together. */
  int ports() {
    return ports;
  }

  int maxPending() {
    return maxPending;
  }

  boolean mixedLetters() {
    return mixedLetters;
  }

  boolean cookies() {
    return cookies;
  }

  Duration idle() {
    return idle;
  }

  Duration connectTimeout() {
    return connectTimeout;
  }

  @Nullable Path authorities() {
    return authorities;
  }

  synchronized RandomGenerator random() {
    if (random == null) {
      random = new SecureRandom();
    }
    return random;
  }

  /** What is to differ from the defaults. <b>Not thread-safe.</b> */
  public static final class Builder {

    private int ports = DEFAULT_PORTS;
    private int maxPending = DEFAULT_MAX_PENDING;
    private boolean mixedLetters = true;
    private boolean cookies = true;
    private Duration idle = DEFAULT_IDLE;
    private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private @Nullable Path authorities;
    private @Nullable RandomGenerator random;

    private Builder() {}

    /**
     * UDP ports in use towards each server, 1-4096. Default {@value #DEFAULT_PORTS}. More are
     * harder to guess and cost a descriptor each; every event loop has at least one.
     */
    public Builder ports(int ports) {
      this.ports = ports;
      return this;
    }

    /**
     * Questions that may wait for one server, 1-32768. Default {@value #DEFAULT_MAX_PENDING}. More
     * let a slow server take more memory; with fewer a burst is refused earlier.
     */
    public Builder maxPending(int maxPending) {
      this.maxPending = maxPending;
      return this;
    }

    /**
     * Whether the letters of names are mixed over UDP, so that a forger has more to guess. Default
     * true; it is left for an hour with a server that does not repeat them.
     */
    public Builder mixedLetters(boolean mixedLetters) {
      this.mixedLetters = mixedLetters;
      return this;
    }

    /** Whether servers get cookies over UDP (RFC 7873). Default true. */
    public Builder cookies(boolean cookies) {
      this.cookies = cookies;
      return this;
    }

    /**
     * How long an unused connection is kept when the server does not say, above 0. Default 10 s.
     * Longer saves connecting; shorter leaves servers more room.
     */
    public Builder idle(Duration idle) {
      this.idle = requireNonNull(idle, "idle");
      return this;
    }

    /** How long connecting may take, above 0. Default 4 s. */
    public Builder connectTimeout(Duration connectTimeout) {
      this.connectTimeout = requireNonNull(connectTimeout, "connectTimeout");
      return this;
    }

    /** Certificates, as PEM, that servers over TLS are trusted by. Default: those of the JDK. */
    public Builder authorities(Path authorities) {
      this.authorities = requireNonNull(authorities, "authorities");
      return this;
    }

    /**
     * Where ids, ports and letters come from: thread-safe, and not to be guessed. Default: a {@link
     * SecureRandom}.
     */
    public Builder random(RandomGenerator random) {
      this.random = requireNonNull(random, "random");
      return this;
    }

    /**
     * Checks everything together.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public ExchangeConfig build() {
      List<String> problems = new ArrayList<>();
      check(problems, ports >= 1 && ports <= 4096, "ports: " + ports + " (expected: 1-4096)");
      check(
          problems,
          maxPending >= 1 && maxPending <= 32_768,
          "maxPending: " + maxPending + " (expected: 1-32768)");
      check(problems, idle.compareTo(Duration.ZERO) > 0, "idle: " + idle + " (expected: above 0)");
      check(
          problems,
          connectTimeout.compareTo(Duration.ZERO) > 0,
          "connectTimeout: " + connectTimeout + " (expected: above 0)");
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      return new ExchangeConfig(this);
    }

    private static void check(List<String> problems, boolean good, String problem) {
      if (!good) {
        problems.add(problem);
      }
    }
  }
}
