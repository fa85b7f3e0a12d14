// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.dcos;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.NamePolicy;
import io.dcosnet.dns.records.NameRules;
import io.dcosnet.dns.zone.DcosApex;
import io.dcosnet.dns.zone.ZoneApex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the zone {@code dcos.thisdcos.directory} is made. Defaults are those of dcos-net unless said
 * otherwise.
 *
 * <p><b>Immutable.</b>
 */
public final class DcosZoneConfig {

  /** Zone of dcos-net. */
  public static final String DEFAULT_DOMAIN = "dcos.thisdcos.directory";

  /** As with the zone {@code mesos}. */
  public static final int DEFAULT_MAX_RECORDS_PER_NAME =
      MesosDnsConfig.DEFAULT_MAX_RECORDS_PER_NAME;

  /** A name of a task: two labels and a view before the domain. */
  private static final int OCTETS_BEFORE_DOMAIN = 64 + 64 + 12;

  private final Builder values;
  private final ZoneApex apex;

  private DcosZoneConfig(Builder values, ZoneApex apex) {
    this.values = values;
    this.apex = apex;
  }

  public static DcosZoneConfig defaults() {
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

  public int ttlSeconds() {
    return values.ttlSeconds;
  }

  public boolean services() {
    return values.services;
  }

  public List<IpAddress> masters() {
    return values.masters;
  }

  /** For tasks that no rule fits. */
  public NamePolicy namePolicy() {
    return values.namePolicy;
  }

  public NameRules nameRules() {
    return values.nameRules;
  }

  /** The policy for a task as its scheduler named it and its framework. */
  NamePolicy policy(String task, String framework) {
    return values.nameRules.policy(task, framework, values.namePolicy);
  }

  public int maxRecordsPerName() {
    return values.maxRecordsPerName;
  }

  /** Every option has a default. <b>Confined to</b> one thread. */
  public static final class Builder {
    private String domain = DEFAULT_DOMAIN;
    private int ttlSeconds = DcosApex.TTL_SECONDS;
    private boolean services = true;
    private List<IpAddress> masters = List.of();
    private NamePolicy namePolicy = NamePolicy.DEFAULT;
    private NameRules nameRules = NameRules.NONE;
    private int maxRecordsPerName = DEFAULT_MAX_RECORDS_PER_NAME;

    private Builder() {}

    private Builder(Builder other) {
      domain = other.domain;
      ttlSeconds = other.ttlSeconds;
      services = other.services;
      masters = other.masters;
      namePolicy = other.namePolicy;
      nameRules = other.nameRules;
      maxRecordsPerName = other.maxRecordsPerName;
    }

    /** Name of the zone, default {@value #DEFAULT_DOMAIN}. */
    public Builder domain(String value) {
      domain = value;
      return this;
    }

    /**
     * TTL of every record but NS, 0 up to 2^31-1 seconds, default 5. Longer saves queries and hides
     * moved tasks for longer.
     */
    public Builder ttlSeconds(int value) {
      ttlSeconds = value;
      return this;
    }

    /**
     * Whether ports are told as SRV records, with a name for each instance that they point to.
     * Default true; dcos-net has neither. False saves two thirds of the memory.
     */
    public Builder services(boolean value) {
      services = value;
      return this;
    }

    /**
     * Addresses for the name {@code master}, beside that of the leader; beats the list that the
     * cluster state may hold. Default: none.
     */
    public Builder masters(List<IpAddress> value) {
      masters = List.copyOf(value);
      return this;
    }

    /** When a task has names, unless a rule fits it. Default {@link NamePolicy#DEFAULT}. */
    public Builder namePolicy(NamePolicy value) {
      namePolicy = value;
      return this;
    }

    /** Other policies for some names; the first rule that fits counts. Default: none. */
    public Builder nameRules(NameRules value) {
      nameRules = value;
      return this;
    }

    /**
     * Most records of one name and type that are served, 1 or more, default 10000; what is beyond
     * is reported.
     */
    public Builder maxRecordsPerName(int value) {
      maxRecordsPerName = value;
      return this;
    }

    /**
     * Checks everything together.
     *
     * @throws IllegalArgumentException that lists all problems, one a line
     */
    public DcosZoneConfig build() {
      List<String> problems = new ArrayList<>();
      if (ttlSeconds < 0) {
        problems.add("ttl: " + ttlSeconds + " (expected: 0 or more)");
      }
      if (maxRecordsPerName < 1) {
        problems.add("maxRecordsPerName: " + maxRecordsPerName + " (expected: 1 or more)");
      }
      DomainName origin = checkDomain(problems);
      if (origin == null || !problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      return new DcosZoneConfig(new Builder(this), DcosApex.of(origin, ttlSeconds));
    }

    private @Nullable DomainName checkDomain(List<String> problems) {
      String expected = " (expected: a domain name that leaves room for names of tasks";
      try {
        DomainName name = DomainName.parse(domain.toLowerCase(Locale.ROOT));
        if (!name.isRoot()
            && name.wireLength() + OCTETS_BEFORE_DOMAIN <= DomainName.MAX_WIRE_OCTETS) {
          return name;
        }
        problems.add("domain: \"" + domain + "\"" + expected + ")");
      } catch (DecodeException e) {
        problems.add("domain: \"" + domain + "\"" + expected + "; " + e.getMessage() + ")");
      }
      return null;
    }
  }
}
