// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import io.dcosnet.api.cluster.LocalElection;
import io.dcosnet.api.spi.LeaderElection;
import java.net.URI;

class LocalElectionContractTest extends LeaderElectionContract {

  private final LocalElection election = LocalElection.create();

  @Override
  protected LeaderElection enter(URI address) {
    return election.enter(address);
  }

  @Override
  protected void leave(LeaderElection candidate) {
    ((LocalElection.Candidate) candidate).close();
  }
}
