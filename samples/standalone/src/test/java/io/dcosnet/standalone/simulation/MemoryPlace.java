// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.simulation;

import io.dcosnet.api.store.Journal;
import io.dcosnet.api.store.MemoryJournal;
import io.dcosnet.sources.exchange.SavedPlace;

/**
 * A place on the disk of a simulated node, in no time and without a thread. Who opens it finds what
 * a crash has left, and the life before it writes there no more.
 */
final class MemoryPlace implements SavedPlace {

  private MemoryJournal journal = MemoryJournal.create();

  @Override
  public Journal open() {
    journal = journal.reopened();
    return journal;
  }

  @Override
  public void setAside() {
    throw new AssertionError("what a node has saved cannot be read");
  }
}
