// SPDX-License-Identifier: Apache-2.0

/** Contracts of the SPIs, virtual time and fakes, for tests. */
module io.dcosnet.testkit {
  requires static transitive org.jspecify;
  requires transitive io.dcosnet.api;
  requires transitive org.junit.jupiter.api;
  requires transitive org.assertj.core;

  exports io.dcosnet.testkit;
  exports io.dcosnet.testkit.dns;
  exports io.dcosnet.testkit.dns.raw;

  opens io.dcosnet.testkit to
      org.junit.platform.commons; // which calls the test methods of the contracts
}
