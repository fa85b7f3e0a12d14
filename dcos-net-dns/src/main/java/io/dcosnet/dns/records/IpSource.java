// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where the addresses of a task may come from. The first source that has one gives them all. */
public enum IpSource {

  /** The addresses of the agent that it runs on. */
  HOST,

  /** Those that its newest running status lists under {@code network_infos}. */
  NETINFO,

  /** Those in the labels {@code MesosContainerizer.NetworkSettings.IPAddress} of that status. */
  MESOS,

  /** Those in the labels {@code Docker.NetworkSettings.IPAddress} of that status. */
  DOCKER;

  /** Reads the word of a Mesos-DNS configuration, such as {@code netinfo}. */
  static Optional<IpSource> ofWord(String word) {
    return Arrays.stream(values()).filter(source -> source.word().equals(word)).findFirst();
  }

  /** The word for it in a Mesos-DNS configuration. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All words, for messages. */
  static String words() {
    return Arrays.stream(values()).map(IpSource::word).collect(Collectors.joining(", "));
  }
}
