// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.health;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * When a node stops trusting a back end, for how long, and how it begins again. <b>Immutable.</b>
 *
 * <p>Each node judges by its own connections only. Defaults are those of Envoy where it has them.
 */
public final class HealthRules {

  /** Longest time that any rule may name. */
  public static final Duration LONGEST = Duration.ofDays(1);

  /** Failures in a row that eject. */
  public static final int DEFAULT_CONSECUTIVE_FAILURES = 5;

  /** Between two looks at the figures of an interval. */
  public static final Duration DEFAULT_SWEEP_INTERVAL = Duration.ofSeconds(10);

  /** The first ejection; the second in a row takes twice as long, and so on. */
  public static final Duration DEFAULT_EJECTION_TIME = Duration.ofSeconds(30);

  public static final Duration DEFAULT_MAX_EJECTION_TIME = Duration.ofMinutes(5);

  /** How much an ejection may be longer or shorter, so that nodes do not all try again together. */
  public static final int DEFAULT_JITTER_PERCENT = 10;

  /** Of the back ends of a VIP; one may be in any case where there are two or more. */
  public static final int DEFAULT_MAX_EJECTION_PERCENT = 10;

  /** Standard deviations below the mean at which a success rate is an outlier. */
  public static final double DEFAULT_SUCCESS_RATE_DEVIATIONS = 1.9;

  /** Fewer back ends say too little of what is usual. */
  public static final int DEFAULT_SUCCESS_RATE_BACKENDS = 5;

  /** Fewer connections in an interval say too little of a back end. */
  public static final int DEFAULT_SUCCESS_RATE_CONNECTIONS = 100;

  /** What Envoy uses where the rule is on. */
  public static final int USUAL_FAILURE_PERCENT = 85;

  public static final int DEFAULT_FAILURE_PERCENT_CONNECTIONS = 50;

  /** With less of a VIP's weight trusted, verdicts say more of this node than of back ends. */
  public static final int DEFAULT_PANIC_PERCENT = 50;

  /** What is used where slow start is on. */
  public static final Duration USUAL_SLOW_START = Duration.ofSeconds(30);

  /** What one that begins slowly gets at least, in hundredths of its share. */
  public static final int DEFAULT_SLOW_START_MIN_PERCENT = 10;

  private final int consecutiveFailures;
  private final Duration sweepInterval;
  private final Duration ejectionTime;
  private final Duration maxEjectionTime;
  private final int jitterPercent;
  private final int maxEjectionPercent;
  private final double successRateDeviations;
  private final int successRateBackends;
  private final int successRateConnections;
  private final int failurePercent;
  private final int failurePercentConnections;
  private final int panicPercent;
  private final Duration slowStart;
  private final int slowStartMinPercent;
  private final double slowStartAggression;

  private HealthRules(Builder builder) {
    consecutiveFailures = builder.consecutiveFailures;
    sweepInterval = builder.sweepInterval;
    ejectionTime = builder.ejectionTime;
    maxEjectionTime = builder.maxEjectionTime;
    jitterPercent = builder.jitterPercent;
    maxEjectionPercent = builder.maxEjectionPercent;
    successRateDeviations = builder.successRateDeviations;
    successRateBackends = builder.successRateBackends;
    successRateConnections = builder.successRateConnections;
    failurePercent = builder.failurePercent;
    failurePercentConnections = builder.failurePercentConnections;
    panicPercent = builder.panicPercent;
    slowStart = builder.slowStart;
    slowStartMinPercent = builder.slowStartMinPercent;
    slowStartAggression = builder.slowStartAggression;
  }

  /** Ejects after five failures in a row and by success rate; nobody begins slowly. */
  public static HealthRules defaults() {
    return builder().build();
  }

  /** Trusts everybody. */
  public static HealthRules off() {
    return builder().consecutiveFailures(0).successRateDeviations(0).failurePercent(0).build();
  }

  public static Builder builder() {
    return new Builder();
  }

  public int consecutiveFailures() {
    return consecutiveFailures;
  }

  public Duration sweepInterval() {
    return sweepInterval;
  }

  public Duration ejectionTime() {
    return ejectionTime;
  }

  public Duration maxEjectionTime() {
    return maxEjectionTime;
  }

  public int jitterPercent() {
    return jitterPercent;
  }

  public int maxEjectionPercent() {
    return maxEjectionPercent;
  }

  public double successRateDeviations() {
    return successRateDeviations;
  }

  public int successRateBackends() {
    return successRateBackends;
  }

  public int successRateConnections() {
    return successRateConnections;
  }

  public int failurePercent() {
    return failurePercent;
  }

  public int failurePercentConnections() {
    return failurePercentConnections;
  }

  public int panicPercent() {
    return panicPercent;
  }

  /** Zero when nobody begins slowly. */
  public Duration slowStart() {
    return slowStart;
  }

  public int slowStartMinPercent() {
    return slowStartMinPercent;
  }

  public double slowStartAggression() {
    return slowStartAggression;
  }

  /** How many of so many back ends may be ejected at a time. */
  int mayEject(int backends) {
    int least = backends < 2 || maxEjectionPercent == 0 ? 0 : 1;
    return Math.max(least, (int) ((long) backends * maxEjectionPercent / 100));
  }

  /** How long it takes for the one that comes after so many in a row, itself counted. */
  long ejectionNanos(int times, RandomGenerator random) {
    long most = maxEjectionTime.toNanos();
    double plain = Math.min((double) ejectionTime.toNanos() * times, (double) most);
    double jitter = jitterPercent / 100.0 * (2 * random.nextDouble() - 1);
    return Math.min(most, Math.max(1, (long) (plain * (1 + jitter))));
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private int consecutiveFailures = DEFAULT_CONSECUTIVE_FAILURES;
    private Duration sweepInterval = DEFAULT_SWEEP_INTERVAL;
    private Duration ejectionTime = DEFAULT_EJECTION_TIME;
    private Duration maxEjectionTime = DEFAULT_MAX_EJECTION_TIME;
    private int jitterPercent = DEFAULT_JITTER_PERCENT;
    private int maxEjectionPercent = DEFAULT_MAX_EJECTION_PERCENT;
    private double successRateDeviations = DEFAULT_SUCCESS_RATE_DEVIATIONS;
    private int successRateBackends = DEFAULT_SUCCESS_RATE_BACKENDS;
    private int successRateConnections = DEFAULT_SUCCESS_RATE_CONNECTIONS;
    private int failurePercent;
    private int failurePercentConnections = DEFAULT_FAILURE_PERCENT_CONNECTIONS;
    private int panicPercent = DEFAULT_PANIC_PERCENT;
    private Duration slowStart = Duration.ZERO;
    private int slowStartMinPercent = DEFAULT_SLOW_START_MIN_PERCENT;
    private double slowStartAggression = 1;

    private Builder() {}

    /**
     * Failures in a row that eject, 0 for never. Fewer spare clients retries; more forgive a back
     * end that is short of room for a moment.
     */
    public Builder consecutiveFailures(int failures) {
      consecutiveFailures = failures;
      return this;
    }

    /**
     * Between two looks at what happened since the last one. Longer needs less traffic for a
     * verdict by rate; shorter finds an outlier sooner.
     */
    public Builder sweepInterval(Duration interval) {
      sweepInterval = requireNonNull(interval, "interval");
      return this;
    }

    /** An ejection takes this, times how many there were in a row. */
    public Builder ejectionTime(Duration time) {
      ejectionTime = requireNonNull(time, "time");
      return this;
    }

    /** No ejection takes longer, {@link #ejectionTime} or more. */
    public Builder maxEjectionTime(Duration time) {
      maxEjectionTime = requireNonNull(time, "time");
      return this;
    }

    /** How much longer or shorter than that, by chance, an ejection may be; 0 to 100. */
    public Builder jitterPercent(int percent) {
      jitterPercent = percent;
      return this;
    }

    /**
     * How many of the back ends of a VIP may be ejected at a time, in hundredths; one may in any
     * case where there are two or more. More gets rid of a whole bad rack; less keeps those that
     * are left from drowning. 0 to 100, 0 for none at all.
     */
    public Builder maxEjectionPercent(int percent) {
      maxEjectionPercent = percent;
      return this;
    }

    /**
     * Ejects those whose success rate is so many standard deviations below the mean of the VIP, 0
     * for never. More leaves more alone.
     */
    public Builder successRateDeviations(double deviations) {
      successRateDeviations = deviations;
      return this;
    }

    /** Back ends with enough connections that it takes for a verdict by success rate, from 2. */
    public Builder successRateBackends(int backends) {
      successRateBackends = backends;
      return this;
    }

    /** Connections in an interval that are enough for that, 1 or more. */
    public Builder successRateConnections(int connections) {
      successRateConnections = connections;
      return this;
    }

    /**
     * Ejects those of whose connections so many of a hundred fail, whatever others do; 0 for never,
     * up to 100. Default: never.
     */
    public Builder failurePercent(int percent) {
      failurePercent = percent;
      return this;
    }

    /** Connections in an interval that are enough for that, 1 or more. */
    public Builder failurePercentConnections(int connections) {
      failurePercentConnections = connections;
      return this;
    }

    /**
     * With less of the weight of a VIP trusted than so many hundredths, all are used. 0 never uses
     * those that are ejected; 100 always does.
     */
    public Builder panicPercent(int percent) {
      panicPercent = percent;
      return this;
    }

    /**
     * How long a back end that came up, or back from an ejection, gets less than its share. Zero
     * for not at all, the default; {@link #USUAL_SLOW_START} suits those that fill caches or
     * compile as they go.
     */
    public Builder slowStart(Duration window) {
      slowStart = requireNonNull(window, "window");
      return this;
    }

    /** What it gets at least, in hundredths of its share; 1 to 100. */
    public Builder slowStartMinPercent(int percent) {
      slowStartMinPercent = percent;
      return this;
    }

    /** 1 grows evenly; more grows faster at first. More than 0. */
    public Builder slowStartAggression(double aggression) {
      slowStartAggression = aggression;
      return this;
    }

    /**
     * Checks everything together.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public HealthRules build() {
      List<String> problems = new ArrayList<>();
      atLeast(problems, "consecutiveFailures", consecutiveFailures, 0);
      positive(problems, "sweepInterval", sweepInterval);
      positive(problems, "ejectionTime", ejectionTime);
      positive(problems, "maxEjectionTime", maxEjectionTime);
      if (maxEjectionTime.compareTo(ejectionTime) < 0) {
        problems.add(
            "maxEjectionTime: " + maxEjectionTime + " (expected: at least " + ejectionTime + ")");
      }
      percent(problems, "jitterPercent", jitterPercent, 0);
      percent(problems, "maxEjectionPercent", maxEjectionPercent, 0);
      if (!(successRateDeviations >= 0)) {
        problems.add("successRateDeviations: " + successRateDeviations + " (expected: 0 or more)");
      }
      atLeast(problems, "successRateBackends", successRateBackends, 2);
      atLeast(problems, "successRateConnections", successRateConnections, 1);
      percent(problems, "failurePercent", failurePercent, 0);
      atLeast(problems, "failurePercentConnections", failurePercentConnections, 1);
      percent(problems, "panicPercent", panicPercent, 0);
      if (!slowStart.isZero()) {
        positive(problems, "slowStart", slowStart);
      }
      percent(problems, "slowStartMinPercent", slowStartMinPercent, 1);
      if (!(slowStartAggression > 0)) {
        problems.add("slowStartAggression: " + slowStartAggression + " (expected: more than 0)");
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      return new HealthRules(this);
    }

    private static void atLeast(List<String> problems, String name, int value, int least) {
      if (value < least) {
        problems.add(name + ": " + value + " (expected: at least " + least + ")");
      }
    }

    private static void percent(List<String> problems, String name, int value, int least) {
      if (value < least || value > 100) {
        problems.add(name + ": " + value + " (expected: " + least + "-100)");
      }
    }

    private static void positive(List<String> problems, String name, Duration value) {
      if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
        problems.add(name + ": " + value + " (expected: more than 0, at most " + LONGEST + ")");
      }
    }
  }
}
