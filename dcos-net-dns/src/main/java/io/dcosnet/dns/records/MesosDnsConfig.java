// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.LabelSpec;
import io.dcosnet.dns.zone.ZoneApex;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the zone {@code mesos} is made. Defaults are those of Mesos-DNS unless said otherwise.
 *
 * <p><b>Immutable.</b>
 *
 * @see MesosDnsConfigFile
 */
public final class MesosDnsConfig {

  /** Domain of Mesos-DNS. */
  public static final String DEFAULT_DOMAIN = "mesos";

  /** TTL of Mesos-DNS, in seconds. */
  public static final int DEFAULT_TTL_SECONDS = 60;

  /** Order of Mesos-DNS; DC/OS ships host, netinfo instead. */
  public static final List<IpSource> DEFAULT_IP_SOURCES =
      List.of(IpSource.NETINFO, IpSource.MESOS, IpSource.HOST);

  /**
   * Enough for any service, little enough that one name cannot fill the memory; more than fits into
   * the largest answer in any case.
   */
  public static final int DEFAULT_MAX_RECORDS_PER_NAME = 10_000;

  private static final Pattern DOMAIN = Pattern.compile("[a-zA-Z0-9-]+(\\.[a-zA-Z0-9-]+)*");

  private static final Pattern MASTER = Pattern.compile(".+:[0-9]{1,5}");

  private final Builder values;
  private final ZoneApex apex;
  private final NamePolicy otherwise;

  private MesosDnsConfig(Builder values, ZoneApex apex) {
    this.values = values;
    this.apex = apex;
    this.otherwise = new NamePolicy(values.healthPolicy, values.includeStates, OptionalInt.empty());
  }

  /** Mesos-DNS' own defaults. */
  public static MesosDnsConfig defaults() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts with these values. */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** Name, SOA and NS of the zone. */
  public ZoneApex apex() {
    return apex;
  }

  /** Lower case, without the final dot. */
  public String domain() {
    return values.domain.toLowerCase(Locale.ROOT);
  }

  public int ttlSeconds() {
    return values.ttlSeconds;
  }

  public List<IpSource> ipSources() {
    return values.ipSources;
  }

  /** The rule for labels. */
  public LabelSpec labels() {
    return values.enforceRfc952 ? LabelSpec.RFC952 : LabelSpec.RFC1123;
  }

  public List<String> masters() {
    return values.masters;
  }

  public List<IpAddress> listenerAddresses() {
    return values.listenerAddresses;
  }

  public int srvWeight() {
    return values.srvWeight;
  }

  public int refreshSeconds() {
    return values.refreshSeconds;
  }

  public HealthPolicy healthPolicy() {
    return values.healthPolicy;
  }

  public Set<TaskState> includeStates() {
    return values.includeStates;
  }

  /** Policies for some names; {@link #healthPolicy} and {@link #includeStates} are for the rest. */
  public NameRules nameRules() {
    return values.nameRules;
  }

  /** The policy for a task as its scheduler named it and its framework. */
  NamePolicy policy(String task, String framework) {
    return values.nameRules.policy(task, framework, otherwise);
  }

  public boolean masterServices() {
    return values.masterServices;
  }

  public int maxRecordsPerName() {
    return values.maxRecordsPerName;
  }

  public boolean shortenLabels() {
    return values.shortenLabels;
  }

  /** Every option has a default. <b>Confined to</b> one thread. */
  public static final class Builder {
    private String domain = DEFAULT_DOMAIN;
    private int ttlSeconds = DEFAULT_TTL_SECONDS;
    private List<IpSource> ipSources = DEFAULT_IP_SOURCES;
    private boolean enforceRfc952;
    private List<String> masters = List.of();
    private List<IpAddress> listenerAddresses = List.of();
    private int srvWeight = 1;
    private int refreshSeconds = 60;
    private @Nullable String soaPrimary;
    private @Nullable String soaMailbox;
    private int soaRefreshSeconds = 60;
    private int soaRetrySeconds = 600;
    private int soaExpireSeconds = 86_400;
    private HealthPolicy healthPolicy = HealthPolicy.IGNORE;
    private Set<TaskState> includeStates = Set.of(TaskState.RUNNING);
    private NameRules nameRules = NameRules.NONE;
    private boolean masterServices;
    private int maxRecordsPerName = DEFAULT_MAX_RECORDS_PER_NAME;
    private boolean shortenLabels = true;

    private Builder() {}

    private Builder(Builder other) {
      domain = other.domain;
      ttlSeconds = other.ttlSeconds;
      ipSources = other.ipSources;
      enforceRfc952 = other.enforceRfc952;
      masters = other.masters;
      listenerAddresses = other.listenerAddresses;
      srvWeight = other.srvWeight;
      refreshSeconds = other.refreshSeconds;
      soaPrimary = other.soaPrimary;
      soaMailbox = other.soaMailbox;
      soaRefreshSeconds = other.soaRefreshSeconds;
      soaRetrySeconds = other.soaRetrySeconds;
      soaExpireSeconds = other.soaExpireSeconds;
      healthPolicy = other.healthPolicy;
      includeStates = other.includeStates;
      nameRules = other.nameRules;
      masterServices = other.masterServices;
      maxRecordsPerName = other.maxRecordsPerName;
      shortenLabels = other.shortenLabels;
    }

    /** Name of the zone: letters, digits, dashes and dots. Default {@value #DEFAULT_DOMAIN}. */
    public Builder domain(String value) {
      domain = value;
      return this;
    }

    /**
     * TTL of every record, SOA and NS among them, and how long negative answers are cached; 0 up to
     * 2^31-1 seconds, default {@value #DEFAULT_TTL_SECONDS}. Longer saves queries and hides moved
     * tasks for longer.
     */
    public Builder ttlSeconds(int value) {
      ttlSeconds = value;
      return this;
    }

    /** Where addresses of tasks come from; each source once at most, one at least. */
    public Builder ipSources(List<IpSource> value) {
      ipSources = List.copyOf(value);
      return this;
    }

    /** Labels of 24 characters that begin with a letter, instead of RFC 1123. Default false. */
    public Builder enforceRfc952(boolean value) {
      enforceRfc952 = value;
      return this;
    }

    /**
     * Masters as {@code ip:port} in the order that numbers {@code masterN}; beats the list that the
     * cluster state may hold. Default: none.
     */
    public Builder masters(List<String> value) {
      masters = List.copyOf(value);
      return this;
    }

    /** Where this server is reached, for the name that SOA and NS give. Default: unknown. */
    public Builder listenerAddresses(List<IpAddress> value) {
      listenerAddresses = List.copyOf(value);
      return this;
    }

    /** Weight of every SRV record, 0-65535, default 1. */
    public Builder srvWeight(int value) {
      srvWeight = value;
      return this;
    }

    /** How often a source is polled; only told to others. Default 60. */
    public Builder refreshSeconds(int value) {
      refreshSeconds = value;
      return this;
    }

    /**
     * Name of the primary server. Default {@code ns1.} and the domain; Mesos-DNS says {@code
     * ns1.mesos} for every domain, which leaves that name without an address in any other.
     */
    public Builder soaPrimary(String value) {
      soaPrimary = value;
      return this;
    }

    /**
     * Who answers for the zone; an {@code @} counts as a dot. Default {@code root.ns1.} + domain.
     */
    public Builder soaMailbox(String value) {
      soaMailbox = value;
      return this;
    }

    /** Default 60. */
    public Builder soaRefreshSeconds(int value) {
      soaRefreshSeconds = value;
      return this;
    }

    /** Default 600. */
    public Builder soaRetrySeconds(int value) {
      soaRetrySeconds = value;
      return this;
    }

    /** Default 86400. */
    public Builder soaExpireSeconds(int value) {
      soaExpireSeconds = value;
      return this;
    }

    /** Default {@link HealthPolicy#IGNORE}. */
    public Builder healthPolicy(HealthPolicy value) {
      healthPolicy = value;
      return this;
    }

    /** States in which a task has records. Default: running only. */
    public Builder includeStates(Set<TaskState> value) {
      includeStates = Set.copyOf(value);
      return this;
    }

    /** Other policies and TTLs for some names; the first rule that fits counts. Default: none. */
    public Builder nameRules(NameRules value) {
      nameRules = value;
      return this;
    }

    /**
     * Whether {@code _master._tcp} tells the port of every master. Default false: Mesos-DNS speaks
     * of that name but does not have it.
     */
    public Builder masterServices(boolean value) {
      masterServices = value;
      return this;
    }

    /**
     * Most records of one name and type that are served, 1 or more, default {@value
     * #DEFAULT_MAX_RECORDS_PER_NAME}; what is beyond is reported.
     */
    public Builder maxRecordsPerName(int value) {
      maxRecordsPerName = value;
      return this;
    }

    /**
     * Whether a task name is cut where hash, agent or underscore leave no room for it. Default
     * true; false leaves those names out, so that a listing has the names of Mesos-DNS and no
     * others: there they are too long for any query.
     */
    public Builder shortenLabels(boolean value) {
      shortenLabels = value;
      return this;
    }

    /**
     * Checks everything together.
     *
     * @throws IllegalArgumentException that lists all problems, one a line
     */
    public MesosDnsConfig build() {
      List<String> problems = new ArrayList<>();
      ZoneApex apex = check(problems::add);
      if (apex == null || !problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      return new MesosDnsConfig(new Builder(this), apex);
    }

    /** Tells every problem; gives the apex when its parts are sound. */
    @Nullable ZoneApex check(Consumer<String> problem) {
      atLeast(0, "ttl", ttlSeconds, problem);
      atLeast(1, "refreshSeconds", refreshSeconds, problem);
      atLeast(0, "SOARefresh", soaRefreshSeconds, problem);
      atLeast(0, "SOARetry", soaRetrySeconds, problem);
      atLeast(0, "SOAExpire", soaExpireSeconds, problem);
      atLeast(1, "maxRecordsPerName", maxRecordsPerName, problem);
      if (srvWeight < 0 || srvWeight > 0xffff) {
        problem.accept("SRVRecordDefaultWeight: " + srvWeight + " (expected: 0-65535)");
      }
      if (ipSources.isEmpty() || new HashSet<>(ipSources).size() < ipSources.size()) {
        List<String> words = ipSources.stream().map(IpSource::word).toList();
        problem.accept(
            "IPSources: " + words + " (expected: some of " + IpSource.words() + ", each once)");
      }
      if (includeStates.isEmpty()) {
        problem.accept("includeStates: none (expected: one state at least)");
      }
      for (String master : masters) {
        if (!MASTER.matcher(master).matches()) {
          problem.accept("masters: \"" + master + "\" (expected: host:port)");
        }
      }
      if (new HashSet<>(masters).size() < masters.size()) {
        problem.accept("masters: " + masters + " (expected: each once)");
      }
      return checkApex(problem);
    }

    private @Nullable ZoneApex checkApex(Consumer<String> problem) {
      DomainName origin = null;
      if (DOMAIN.matcher(domain).matches()) {
        origin = checkName("domain", domain.toLowerCase(Locale.ROOT), problem);
      } else {
        problem.accept(
            "domain: \"" + domain + "\" (expected: labels of a-z, 0-9 and - between dots)");
      }
      String parent = origin == null ? "invalid" : domain; // tells of a bad domain once only
      String server = Objects.requireNonNullElse(soaPrimary, "ns1." + parent);
      String mailbox = Objects.requireNonNullElse(soaMailbox, "root.ns1." + parent);
      DomainName primary = checkName("SOAMname", server, problem);
      DomainName person = checkName("SOARname", mailbox.replace('@', '.'), problem);
      if (origin == null || primary == null || person == null) {
        return null;
      }
      return new ZoneApex(
          origin,
          primary,
          person,
          soaRefreshSeconds,
          soaRetrySeconds,
          soaExpireSeconds,
          ttlSeconds,
          ttlSeconds,
          ttlSeconds,
          List.of(primary));
    }

    private static @Nullable DomainName checkName(
        String option, String name, Consumer<String> problem) {
      try {
        return DomainName.parse(name).toLowerCase();
      } catch (DecodeException e) {
        problem.accept(
            option + ": \"" + name + "\" (expected: a domain name; " + e.getMessage() + ")");
        return null;
      }
    }

    private static void atLeast(int least, String option, int value, Consumer<String> problem) {
      if (value < least) {
        problem.accept(option + ": " + value + " (expected: " + least + " or more)");
      }
    }
  }
}
