// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.store.StoreImage;
import java.util.function.Consumer;

/** For replicas that begin anew with every start. */
final class NoLog implements StoreLog {

  @Override
  public void append(Bytes record, boolean own, Consumer<String> done) {
    done.accept("");
  }

  @Override
  public void settled(Runnable then) {
    then.run();
  }

  @Override
  public long waiting() {
    return 0;
  }

  @Override
  public boolean wantsSnapshot() {
    return false;
  }

  @Override
  public void snapshot(StoreImage image) {}
}
