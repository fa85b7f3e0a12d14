// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.nft.Difference.Change;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.nft.NftGeneration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the elements of services into the table, and keeps the books of those that the kernel does
 * not take. <b>Confined to</b> one thread.
 */
final class Elements {

  /** Somebody changes rules all the time, and comparing again does not help. */
  private static final int MAX_COMPARISONS = 5;

  private static final Logger LOGGER = LoggerFactory.getLogger(Elements.class);

  private final Services services;
  private final Frame frame;
  private final LbMetrics metrics;
  private final Refusals refusals = new Refusals();

  Elements(Services services, Frame frame, LbMetrics metrics) {
    this.services = services;
    this.frame = frame;
    this.metrics = metrics;
  }

  /** Services that are not served as wanted, since the kernel refuses it. */
  Map<Frontend, Outcome> outcomes() {
    return refusals.outcomes(services.frontends());
  }

  /** Whether somebody who was refused is to be tried again, by comparing. */
  boolean isDue(long nowNanos) {
    return refusals.isDue(nowNanos);
  }

  /** Whether somebody was refused who is not to be tried again yet. */
  boolean isResting(Owner owner, long nowNanos) {
    return refusals.isResting(owner, nowNanos);
  }

  /**
   * Makes a change without looking what is there.
   *
   * @return false when it must be looked, as the kernel refused it
   */
  boolean change(Kernel kernel, Difference difference) {
    refusals.forget(difference.owners()); // what is wanted now may be another thing
    try {
      Set<Chain> chains = new HashSet<>();
      for (Owner owner : difference.owners()) {
        Frontend frontend = owner.frontend();
        if (frontend != null) {
          services.chain(frontend).ifPresent(chains::add);
        }
      }
      if (frame.add(kernel, chains).isEmpty()
          && commit(kernel, difference.first(), null) == null
          && commit(kernel, difference.then(), null) == null) {
        return true;
      }
    } catch (DcosNetException e) {
      LOGGER.debug("nftables refused a change, which is made by comparing", e);
    }
    metrics.kernelRefused(NftDataPath.NAME).increment();
    return false;
  }

  /**
   * Makes the elements what they should be, whatever they are, as far as the kernel takes them.
   *
   * @param changing whose elements need not be as they were, as they are about to change
   * @return how many others had been changed by somebody else, and are right again
   */
  int compare(Kernel kernel, Set<Owner> changing, long nowNanos) {
    Set<Owner> excused = new HashSet<>(changing);
    excused.addAll(refusals.owners());
    Map<Owner, String> words = withoutChain(kernel);
    Contents wanted = services.contents();
    for (int i = 0; ; i++) {
      NftGeneration since = kernel.generation();
      Difference difference =
          Difference.between(kernel.contents(), wanted)
              .only(owner -> !words.containsKey(owner) && !refusals.isResting(owner, nowNanos));
      boolean sure = i < MAX_COMPARISONS;
      Committing committing = new Committing(kernel, sure ? since : null);
      Map<Owner, Refusal> refused = Sieve.commit(difference, committing);
      if (!committing.overtaken || !sure) {
        refused.forEach((owner, refusal) -> words.put(owner, refusal.toString()));
        metrics.kernelRefused(NftDataPath.NAME).add(words.size());
        if (!words.isEmpty() && !refusals.owners().containsAll(words.keySet())) {
          LOGGER.warn(
              "nftables refuses some services; tried again refused={} first=\"{}\"",
              words.size(),
              words.values().iterator().next());
        }
        refusals.tried(words, nowNanos);
        excused.addAll(words.keySet());
        return difference.only(owner -> !excused.contains(owner)).size();
      }
    }
  }

  /** Services whose chain is refused, and why. */
  private Map<Owner, String> withoutChain(Kernel kernel) {
    Map<Owner, String> words = new HashMap<>();
    Map<Chain, String> refused = frame.add(kernel, services.chains());
    if (!refused.isEmpty()) {
      for (Frontend frontend : services.frontends()) {
        services
            .chain(frontend)
            .map(refused::get)
            .ifPresent(said -> words.put(Owner.of(frontend), said));
      }
    }
    return words;
  }

  /**
   * The steps of one comparison. The first one is taken only when nobody has changed anything since
   * it was looked, and so tells for sure whether the kernel refuses what is wanted.
   */
  private final class Committing implements Sieve.Target {
    private final Kernel kernel;
    private @Nullable NftGeneration since;
    private boolean overtaken;

    Committing(Kernel kernel, @Nullable NftGeneration since) {
      this.kernel = kernel;
      this.since = since;
    }

    @Override
    public @Nullable Refusal commit(List<Change> changes) {
      if (overtaken) {
        return null; // all of it is worked out anew
      }
      Refusal refusal = Elements.this.commit(kernel, changes, since);
      if (refusal != null && refusal.errno().equals(Errno.ERESTART)) {
        overtaken = true;
        return null;
      }
      since = null;
      return refusal;
    }
  }

  private @Nullable Refusal commit(
      Kernel kernel, List<Change> changes, @Nullable NftGeneration since) {
    if (changes.isEmpty()) {
      return null;
    }
    Refusal refusal = kernel.commit(changes, since);
    if (refusal == null) {
      metrics.kernelChanges(NftDataPath.NAME).add(Difference.size(changes));
    }
    return refusal;
  }
}
