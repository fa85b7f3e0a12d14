// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.settings;

import io.dcosnet.api.ConfigurationException;
import java.time.Duration;
import java.util.List;

/**
 * The numbers that the protocol goes by; a preset, changed where need be. Each periodic time is
 * varied by a tenth up or down at every use. <b>Immutable.</b>
 *
 * @param probeInterval from one probe to the next
 * @param probeTimeoutMax longest wait for a direct answer; shorter once round trips are known
 * @param indirectProbes helpers that are asked when there is no direct answer
 * @param suspicionAlpha factor of the shortest suspicion
 * @param suspicionBeta longest suspicion as a multiple of the shortest
 * @param confirmations accusers after the first that make the suspicion shortest
 * @param nackFraction part of the probe timeout after which a helper says that it got no answer
 * @param localHealthMax worst local health
 * @param gossipInterval from one round of gossip to the next, while there is any
 * @param gossipFanout members that a round goes to
 * @param retransmitMult factor of how often a fact is sent
 * @param gossipToDeadTime how long dead members still get gossip
 * @param syncInterval from one exchange with a random member to the next, in a small cluster
 * @param reconnectInterval from one try to reach a dead member to the next
 * @param seedRecheckInterval how often seeds that are no living members are tried
 * @param rings rings of links; 0 for none
 * @param linkKeepAlive longest silence on a link of the rings
 * @param fastConfirm what a member has left to object after two saw it crash
 * @param deadRetention how long dead members are remembered
 * @param leftRetention how long members that left are remembered
 * @param leaveLinger how long a leaving node still answers
 * @param maxDatagram octets of UDP payload that are sent at most, envelope included
 * @param streamTimeout longest time without progress on a stream
 * @param mailTimeout how long a sender of mail waits for its answer
 * @param eventMemory events that are remembered, so that none is delivered twice
 * @param timelineLength steps that are remembered of each member, for explanations; 0 for none
 */
public record GossipSettings(
    Duration probeInterval,
    Duration probeTimeoutMax,
    int indirectProbes,
    int suspicionAlpha,
    int suspicionBeta,
    int confirmations,
    double nackFraction,
    int localHealthMax,
    Duration gossipInterval,
    int gossipFanout,
    int retransmitMult,
    Duration gossipToDeadTime,
    Duration syncInterval,
    Duration reconnectInterval,
    Duration seedRecheckInterval,
    int rings,
    Duration linkKeepAlive,
    Duration fastConfirm,
    Duration deadRetention,
    Duration leftRetention,
    Duration leaveLinger,
    int maxDatagram,
    Duration streamTimeout,
    Duration mailTimeout,
    int eventMemory,
    int timelineLength) {

  /** Checks each number and how they fit together. */
  public GossipSettings {
    positive("probeInterval", probeInterval);
    positive("probeTimeoutMax", probeTimeoutMax);
    positive("gossipInterval", gossipInterval);
    positive("gossipToDeadTime", gossipToDeadTime);
    positive("syncInterval", syncInterval);
    positive("reconnectInterval", reconnectInterval);
    positive("seedRecheckInterval", seedRecheckInterval);
    positive("linkKeepAlive", linkKeepAlive);
    positive("fastConfirm", fastConfirm);
    positive("deadRetention", deadRetention);
    positive("leftRetention", leftRetention);
    positive("leaveLinger", leaveLinger);
    positive("streamTimeout", streamTimeout);
    positive("mailTimeout", mailTimeout);
    require(
        probeTimeoutMax.compareTo(probeInterval) < 0,
        "probeTimeoutMax",
        probeTimeoutMax,
        "less than probeInterval " + probeInterval);
    between("indirectProbes", indirectProbes, 1, 16);
    between("suspicionAlpha", suspicionAlpha, 1, 100);
    between("suspicionBeta", suspicionBeta, 1, 100);
    between("confirmations", confirmations, 0, 16);
    require(nackFraction > 0 && nackFraction < 1, "nackFraction", nackFraction, "over 0, below 1");
    between("localHealthMax", localHealthMax, 0, 64);
    between("gossipFanout", gossipFanout, 1, 32);
    between("retransmitMult", retransmitMult, 1, 64);
    between("rings", rings, 0, 32);
    between("maxDatagram", maxDatagram, 576, 9000);
    between("eventMemory", eventMemory, 16, 1_000_000);
    between("timelineLength", timelineLength, 0, 10_000);
  }

  /** For one data centre. */
  public static GossipSettings lan() {
    return Presets.lan();
  }

  /** For nodes far from each other. */
  public static GossipSettings wan() {
    return Presets.wan();
  }

  /** For one machine: demos and tests. */
  public static GossipSettings local() {
    return Presets.local();
  }

  /** These, to be changed. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  private static void positive(String name, Duration value) {
    require(!value.isNegative() && !value.isZero(), name, value, "more than nothing");
  }

  private static void between(String name, int value, int lowest, int highest) {
    require(value >= lowest && value <= highest, name, value, lowest + " to " + highest);
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new ConfigurationException(
          List.of(name + ": " + value + " (expected: " + expected + ")"));
    }
  }

  /** Numbers under change. <b>Not thread-safe.</b> */
  public static final class Builder {
    private Duration probeInterval;
    private Duration probeTimeoutMax;
    private int indirectProbes;
    private int suspicionAlpha;
    private int suspicionBeta;
    private int confirmations;
    private double nackFraction;
    private int localHealthMax;
    private Duration gossipInterval;
    private int gossipFanout;
    private int retransmitMult;
    private Duration gossipToDeadTime;
    private Duration syncInterval;
    private Duration reconnectInterval;
    private Duration seedRecheckInterval;
    private int rings;
    private Duration linkKeepAlive;
    private Duration fastConfirm;
    private Duration deadRetention;
    private Duration leftRetention;
    private Duration leaveLinger;
    private int maxDatagram;
    private Duration streamTimeout;
    private Duration mailTimeout;
    private int eventMemory;
    private int timelineLength;

    private Builder(GossipSettings from) {
      probeInterval = from.probeInterval;
      probeTimeoutMax = from.probeTimeoutMax;
      indirectProbes = from.indirectProbes;
      suspicionAlpha = from.suspicionAlpha;
      suspicionBeta = from.suspicionBeta;
      confirmations = from.confirmations;
      nackFraction = from.nackFraction;
      localHealthMax = from.localHealthMax;
      gossipInterval = from.gossipInterval;
      gossipFanout = from.gossipFanout;
      retransmitMult = from.retransmitMult;
      gossipToDeadTime = from.gossipToDeadTime;
      syncInterval = from.syncInterval;
      reconnectInterval = from.reconnectInterval;
      seedRecheckInterval = from.seedRecheckInterval;
      rings = from.rings;
      linkKeepAlive = from.linkKeepAlive;
      fastConfirm = from.fastConfirm;
      deadRetention = from.deadRetention;
      leftRetention = from.leftRetention;
      leaveLinger = from.leaveLinger;
      maxDatagram = from.maxDatagram;
      streamTimeout = from.streamTimeout;
      mailTimeout = from.mailTimeout;
      eventMemory = from.eventMemory;
      timelineLength = from.timelineLength;
    }

    /** See {@link GossipSettings#probeInterval}. */
    public Builder probeInterval(Duration value) {
      probeInterval = value;
      return this;
    }

    /** See {@link GossipSettings#probeTimeoutMax}. */
    public Builder probeTimeoutMax(Duration value) {
      probeTimeoutMax = value;
      return this;
    }

    /** See {@link GossipSettings#indirectProbes}. */
    public Builder indirectProbes(int value) {
      indirectProbes = value;
      return this;
    }

    /** See {@link GossipSettings#suspicionAlpha}. */
    public Builder suspicionAlpha(int value) {
      suspicionAlpha = value;
      return this;
    }

    /** See {@link GossipSettings#suspicionBeta}. */
    public Builder suspicionBeta(int value) {
      suspicionBeta = value;
      return this;
    }

    /** See {@link GossipSettings#confirmations}. */
    public Builder confirmations(int value) {
      confirmations = value;
      return this;
    }

    /** See {@link GossipSettings#nackFraction}. */
    public Builder nackFraction(double value) {
      nackFraction = value;
      return this;
    }

    /** See {@link GossipSettings#localHealthMax}. */
    public Builder localHealthMax(int value) {
      localHealthMax = value;
      return this;
    }

    /** See {@link GossipSettings#gossipInterval}. */
    public Builder gossipInterval(Duration value) {
      gossipInterval = value;
      return this;
    }

    /** See {@link GossipSettings#gossipFanout}. */
    public Builder gossipFanout(int value) {
      gossipFanout = value;
      return this;
    }

    /** See {@link GossipSettings#retransmitMult}. */
    public Builder retransmitMult(int value) {
      retransmitMult = value;
      return this;
    }

    /** See {@link GossipSettings#gossipToDeadTime}. */
    public Builder gossipToDeadTime(Duration value) {
      gossipToDeadTime = value;
      return this;
    }

    /** See {@link GossipSettings#syncInterval}. */
    public Builder syncInterval(Duration value) {
      syncInterval = value;
      return this;
    }

    /** See {@link GossipSettings#reconnectInterval}. */
    public Builder reconnectInterval(Duration value) {
      reconnectInterval = value;
      return this;
    }

    /** See {@link GossipSettings#seedRecheckInterval}. */
    public Builder seedRecheckInterval(Duration value) {
      seedRecheckInterval = value;
      return this;
    }

    /** See {@link GossipSettings#rings}. */
    public Builder rings(int value) {
      rings = value;
      return this;
    }

    /** See {@link GossipSettings#linkKeepAlive}. */
    public Builder linkKeepAlive(Duration value) {
      linkKeepAlive = value;
      return this;
    }

    /** See {@link GossipSettings#fastConfirm}. */
    public Builder fastConfirm(Duration value) {
      fastConfirm = value;
      return this;
    }

    /** See {@link GossipSettings#deadRetention}. */
    public Builder deadRetention(Duration value) {
      deadRetention = value;
      return this;
    }

    /** See {@link GossipSettings#leftRetention}. */
    public Builder leftRetention(Duration value) {
      leftRetention = value;
      return this;
    }

    /** See {@link GossipSettings#leaveLinger}. */
    public Builder leaveLinger(Duration value) {
      leaveLinger = value;
      return this;
    }

    /** See {@link GossipSettings#maxDatagram}. */
    public Builder maxDatagram(int value) {
      maxDatagram = value;
      return this;
    }

    /** See {@link GossipSettings#streamTimeout}. */
    public Builder streamTimeout(Duration value) {
      streamTimeout = value;
      return this;
    }

    /** See {@link GossipSettings#mailTimeout}. */
    public Builder mailTimeout(Duration value) {
      mailTimeout = value;
      return this;
    }

    /** See {@link GossipSettings#eventMemory}. */
    public Builder eventMemory(int value) {
      eventMemory = value;
      return this;
    }

    /** See {@link GossipSettings#timelineLength}. */
    public Builder timelineLength(int value) {
      timelineLength = value;
      return this;
    }

    /**
     * The numbers.
     *
     * @throws ConfigurationException that names the first one that cannot be
     */
    public GossipSettings build() {
      return new GossipSettings(
          probeInterval,
          probeTimeoutMax,
          indirectProbes,
          suspicionAlpha,
          suspicionBeta,
          confirmations,
          nackFraction,
          localHealthMax,
          gossipInterval,
          gossipFanout,
          retransmitMult,
          gossipToDeadTime,
          syncInterval,
          reconnectInterval,
          seedRecheckInterval,
          rings,
          linkKeepAlive,
          fastConfirm,
          deadRetention,
          leftRetention,
          leaveLinger,
          maxDatagram,
          streamTimeout,
          mailTimeout,
          eventMemory,
          timelineLength);
    }
  }
}
