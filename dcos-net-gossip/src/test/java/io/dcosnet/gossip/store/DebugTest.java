package io.dcosnet.gossip.store;
class DebugTest {
  @org.junit.jupiter.api.Test void x() {
    StoreHistory h = new StoreHistory(Long.getLong("seed"), Integer.getInteger("nodes"));
    for (int i = 0; i < Integer.getInteger("steps"); i++) h.step();
    h.heal();
  }
}
