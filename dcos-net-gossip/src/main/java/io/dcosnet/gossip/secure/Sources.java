// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What addresses did lately: from where no new senders are heard because of broken seals, and whose
 * new senders cost us too many keys. Knows a bounded number of addresses, the most recent ones.
 * <b>Not thread-safe.</b>
 *
 * <p>The usual rule is to be deaf to an address for a while after many broken seals. Here it holds
 * for senders only that have not proven themselves yet: the source of a datagram can be forged, and
 * the nodes of one machine share an address, so the rule would let anybody silence a member with a
 * few datagrams. What a broken seal in the name of a proven sender costs, one decryption without a
 * derivation, is no more than what each of its good ones costs, and a new start of a member must
 * not be kept out by it; so it does not count here either.
 */
final class Sources {

  static final int MAX_SOURCES = 4096;
  static final int FAILURES_PER_SECOND = 100;
  static final int DERIVATIONS_PER_SECOND = 200;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long IGNORED = TimeUnit.SECONDS.toNanos(5);

  private List<Cidr> allowed;
  private final Map<IpAddress, Source> sources =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<IpAddress, Source> eldest) {
          return size() > MAX_SOURCES;
        }
      };

  /** Until when new senders of some address may be ignored; spares the look-up while nobody is. */
  private long lastIgnored;

  private static final class Source {
    private long failuresSince;
    private int failures;
    private long ignoredUntil;
    private long derivationsSince;
    private int derivations;
  }

  Sources(List<Cidr> allowed, long nowNanos) {
    this.allowed = allowed;
    this.lastIgnored = nowNanos;
  }

  /** Hears these from now on, all when there are none. */
  void allow(List<Cidr> networks) {
    allowed = List.copyOf(networks);
  }

  boolean allows(IpAddress address) {
    if (allowed.isEmpty()) {
      return true;
    }
    IpAddress plain = address.unmapped();
    for (int i = 0; i < allowed.size(); i++) {
      if (allowed.get(i).contains(plain)) {
        return true;
      }
    }
    return false;
  }

  /** Whether new senders there are not heard for now. */
  boolean ignores(IpAddress address, long nowNanos) {
    if (nowNanos - lastIgnored >= 0) {
      lastIgnored = nowNanos; // so that it never falls too far behind to compare
      return false;
    }
    Source source = sources.get(address);
    return source != null && source.ignoredUntil - nowNanos > 0;
  }

  /** A seal was broken for which a key had to be derived. */
  void failed(IpAddress address, long nowNanos) {
    Source source = source(address, nowNanos);
    if (nowNanos - source.failuresSince >= SECOND) {
      source.failuresSince = nowNanos;
      source.failures = 0;
    }
    source.failures++;
    if (source.failures > FAILURES_PER_SECOND) {
      source.ignoredUntil = nowNanos + IGNORED;
      source.failures = 0;
      lastIgnored = source.ignoredUntil;
    }
  }

  /** Whether a key may be derived for a sender there; counts it. */
  boolean mayDerive(IpAddress address, long nowNanos) {
    Source source = source(address, nowNanos);
    if (nowNanos - source.derivationsSince >= SECOND) {
      source.derivationsSince = nowNanos;
      source.derivations = 0;
    }
    if (source.derivations >= DERIVATIONS_PER_SECOND) {
      return false;
    }
    source.derivations++;
    return true;
  }

  int size() {
    return sources.size();
  }

  private Source source(IpAddress address, long nowNanos) {
    Source source = sources.get(address);
    if (source == null) {
      source = new Source();
      source.failuresSince = nowNanos;
      source.derivationsSince = nowNanos;
      source.ignoredUntil = nowNanos;
      sources.put(address, source);
    }
    return source;
  }
}
