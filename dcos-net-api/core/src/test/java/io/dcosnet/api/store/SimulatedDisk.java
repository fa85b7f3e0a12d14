// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.DcosNetException;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk that does what disks do at the worst moment. It counts every call that changes something;
 * the process can be killed before or after any of them, and then the machine can keep or lose what
 * was not synced: any sectors of it, any directory entries of it, in any order.
 *
 * <p>One directory only. <b>Confined to</b> the test's thread, or to one writer behind it.
 */
final class SimulatedDisk implements Disk {

  private static final int SECTOR = 512;

  /** What happens at one call. */
  enum Fault {
    /** The process dies, the call has no effect. */
    KILLED_BEFORE,
    /** The process dies, the call had its effect. */
    KILLED_AFTER,
    /** The call fails without effect, a write after half of it; the process lives on. */
    FAILS,
    /** As {@link #FAILS}, and so does every later write of more bytes to any file. */
    FULL,
    /** A sync fails, and the system takes what it could not write for written. */
    SYNC_LIES
  }

  /** Thrown once the process is dead; nothing it does then counts. */
  static final class Killed extends IOException {
    private static final long serialVersionUID = 1;

    Killed() {
      super("killed");
    }
  }

  private static final class Inode {
    byte[] shown = new byte[0];
    byte[] stored = new byte[0];
    // Sectors written since the last sync; those a lying sync forgot are not in it.
    final Set<Integer> dirty = new HashSet<>();
    boolean sizeDirty;
  }

  private interface NameChange {
    void apply(Map<String, Inode> names);
  }

  private final Map<String, Inode> shownNames = new LinkedHashMap<>();
  private final Map<String, Inode> storedNames = new LinkedHashMap<>();
  private final List<NameChange> unsyncedNames = new ArrayList<>();

  private int calls;
  private int faultAt = -1;
  private Fault fault = Fault.KILLED_BEFORE;
  private boolean dead;
  private boolean full;
  private boolean locked;

  /** How many calls have changed something. */
  int calls() {
    return calls;
  }

  /** Whether the planned fault has happened. */
  boolean hasFailed() {
    return faultAt >= 0 && calls > faultAt;
  }

  boolean isDead() {
    return dead;
  }

  /** Plans one fault, counted from the first changing call of this disk. */
  SimulatedDisk failAt(int call, Fault what) {
    faultAt = call;
    fault = what;
    return this;
  }

  void makeRoom() {
    full = false;
  }

  /** The next process on a machine that went on running: everything written is there. */
  SimulatedDisk afterKill() {
    SimulatedDisk next = new SimulatedDisk();
    Map<Inode, Inode> copies = new LinkedHashMap<>();
    shownNames.forEach((name, inode) -> next.shownNames.put(name, copy(inode, copies)));
    storedNames.forEach((name, inode) -> next.storedNames.put(name, copy(inode, copies)));
    if (!unsyncedNames.isEmpty()) {
      // What has yet to be stored of the names, in one step that leads to what is shown.
      Map<String, Inode> goal = new LinkedHashMap<>(next.shownNames);
      next.unsyncedNames.add(
          names -> {
            names.clear();
            names.putAll(goal);
          });
    }
    return next;
  }

  private static Inode copy(Inode inode, Map<Inode, Inode> copies) {
    return copies.computeIfAbsent(
        inode,
        original -> {
          Inode copy = new Inode();
          copy.shown = original.shown.clone();
          copy.stored = original.stored.clone();
          copy.dirty.addAll(original.dirty);
          copy.sizeDirty = original.sizeDirty;
          return copy;
        });
  }

  /** The next process after the machine lost its power. */
  SimulatedDisk afterPowerLoss(RandomGenerator random) {
    Map<String, Inode> names = new LinkedHashMap<>(storedNames);
    boolean inOrder = random.nextBoolean();
    int kept = unsyncedNames.isEmpty() ? 0 : random.nextInt(unsyncedNames.size() + 1);
    for (int i = 0; i < unsyncedNames.size(); i++) {
      if (inOrder ? i < kept : random.nextBoolean()) {
        unsyncedNames.get(i).apply(names);
      }
    }
    SimulatedDisk next = new SimulatedDisk();
    names.forEach(
        (name, inode) -> {
          Inode survivor = new Inode();
          survivor.shown = survivingBytes(inode, random);
          survivor.stored = survivor.shown.clone();
          next.shownNames.put(name, survivor);
          next.storedNames.put(name, survivor);
        });
    return next;
  }

  private static byte[] survivingBytes(Inode inode, RandomGenerator random) {
    boolean prefix = random.nextBoolean();
    int size = inode.stored.length;
    if (inode.sizeDirty && random.nextInt(4) > 0) {
      int smaller = Math.min(inode.stored.length, inode.shown.length);
      int larger = Math.max(inode.stored.length, inode.shown.length);
      size = random.nextBoolean() ? inode.shown.length : random.nextInt(smaller, larger + 1);
    }
    byte[] bytes = Arrays.copyOf(inode.stored, size);
    List<Integer> sectors = inode.dirty.stream().sorted().toList();
    int kept = random.nextInt(sectors.size() + 1);
    for (int i = 0; i < sectors.size(); i++) {
      if (prefix ? i < kept : random.nextBoolean()) {
        int from = sectors.get(i) * SECTOR;
        int to = Math.min(Math.min(from + SECTOR, inode.shown.length), size);
        if (from < to) {
          System.arraycopy(inode.shown, from, bytes, from, to - from);
        }
      }
    }
    return bytes;
  }

  /** Flips a byte behind everybody's back. */
  void rot(String name, long offset) {
    Inode inode = inode(name);
    inode.shown[(int) offset] ^= 0x40;
    inode.stored[(int) offset] ^= 0x40;
  }

  /** Cuts or grows a file behind everybody's back. */
  void resize(String name, long size) {
    Inode inode = inode(name);
    inode.shown = Arrays.copyOf(inode.shown, (int) size);
    inode.stored = inode.shown.clone();
  }

  void lose(String name) {
    inode(name);
    shownNames.remove(name);
    storedNames.remove(name);
  }

  byte[] content(String name) {
    return inode(name).shown.clone();
  }

  void put(String name, byte[] content) {
    Inode inode = new Inode();
    inode.shown = content.clone();
    inode.stored = content.clone();
    shownNames.put(name, inode);
    storedNames.put(name, inode);
  }

  private Inode inode(String name) {
    Inode inode = shownNames.get(name);
    if (inode == null) {
      throw new IllegalArgumentException(name + " is not one of " + shownNames.keySet());
    }
    return inode;
  }

  // The disk as the program sees it.

  private interface Effect {
    void happen() throws IOException;
  }

  /** Counts the call and has its effect, or the planned fault. */
  private void change(Effect effect, Effect half) throws IOException {
    checkAlive();
    int call = calls++;
    if (call != faultAt) {
      effect.happen();
      return;
    }
    switch (fault) {
      case KILLED_BEFORE -> {
        half.happen();
        dead = true;
        throw new Killed();
      }
      case KILLED_AFTER -> {
        effect.happen();
        dead = true;
        throw new Killed();
      }
      case FULL -> {
        full = true;
        half.happen();
        throw new IOException("No space left on device");
      }
      case FAILS, SYNC_LIES -> {
        half.happen();
        throw new IOException("Input/output error");
      }
    }
  }

  private void change(Effect effect) throws IOException {
    change(effect, () -> {});
  }

  private void checkAlive() throws Killed {
    if (dead) {
      throw new Killed();
    }
  }

  private void changeNames(NameChange change) throws IOException {
    change(
        () -> {
          change.apply(shownNames);
          unsyncedNames.add(change);
        });
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  @Override
  public void createDirectories(Path directory) {}

  @Override
  public Closeable lock(Path file) {
    if (locked) {
      throw new DcosNetException("locked");
    }
    locked = true;
    return () -> locked = false;
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    checkAlive();
    return List.copyOf(shownNames.keySet());
  }

  @Override
  public OpenFile create(Path file) throws IOException {
    Inode existing = shownNames.get(name(file));
    if (existing != null) {
      OpenFile open = new SimulatedFile(existing);
      open.truncate(0);
      return open;
    }
    Inode created = new Inode();
    changeNames(names -> names.put(name(file), created));
    return new SimulatedFile(created);
  }

  @Override
  public OpenFile open(Path file) throws IOException {
    checkAlive();
    Inode inode = shownNames.get(name(file));
    if (inode == null) {
      throw new FileNotFoundException(file.toString());
    }
    return new SimulatedFile(inode);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Inode inode = inode(name(from));
    changeNames(
        names -> {
          // The same file by its new name, whatever became of the entry before it.
          names.remove(name(from));
          names.put(name(to), inode);
        });
  }

  @Override
  public void delete(Path file) throws IOException {
    inode(name(file));
    changeNames(names -> names.remove(name(file)));
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    change(
        () -> {
          storedNames.clear();
          storedNames.putAll(shownNames);
          unsyncedNames.clear();
        });
  }

  private final class SimulatedFile implements OpenFile {
    private final Inode inode;
    private boolean closed;

    SimulatedFile(Inode inode) {
      this.inode = inode;
    }

    private void checkOpen() throws IOException {
      checkAlive();
      if (closed) {
        throw new IOException("closed");
      }
    }

    @Override
    public long size() throws IOException {
      checkOpen();
      return inode.shown.length;
    }

    @Override
    public void read(ByteBuffer into, long position) throws IOException {
      checkOpen();
      int count = (int) Math.min(into.remaining(), inode.shown.length - position);
      if (count > 0) {
        into.put(inode.shown, (int) position, count);
      }
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      checkOpen();
      byte[] bytes = new byte[from.remaining()];
      from.get(bytes);
      if (full && position + bytes.length > inode.shown.length) {
        throw new IOException("No space left on device");
      }
      change(
          () -> put(bytes, bytes.length, (int) position),
          () -> put(bytes, bytes.length / 2, (int) position));
    }

    private void put(byte[] bytes, int count, int at) {
      if (count == 0) {
        return;
      }
      if (at + count > inode.shown.length) {
        inode.shown = Arrays.copyOf(inode.shown, at + count);
        inode.sizeDirty = true;
      }
      System.arraycopy(bytes, 0, inode.shown, at, count);
      for (int sector = at / SECTOR; sector <= (at + count - 1) / SECTOR; sector++) {
        inode.dirty.add(sector);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      checkOpen();
      change(
          () -> {
            inode.shown = Arrays.copyOf(inode.shown, (int) size);
            inode.sizeDirty = true;
          });
    }

    @Override
    public void force() throws IOException {
      checkOpen();
      change(
          this::store,
          () -> {
            if (fault == Fault.SYNC_LIES) {
              inode.dirty.clear(); // shown, not stored, and no longer known to be so
              byte[] stored = Arrays.copyOf(inode.stored, inode.shown.length);
              inode.stored = stored;
              inode.sizeDirty = false;
            }
          });
    }

    private void store() {
      byte[] stored = Arrays.copyOf(inode.stored, inode.shown.length);
      for (int sector : inode.dirty) {
        int from = sector * SECTOR;
        int to = Math.min(from + SECTOR, stored.length);
        if (from < to) {
          System.arraycopy(inode.shown, from, stored, from, to - from);
        }
      }
      inode.stored = stored;
      inode.dirty.clear();
      inode.sizeDirty = false;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Override
  public String toString() {
    @Nullable String planned = faultAt < 0 ? null : fault + " at " + faultAt;
    return "disk" + shownNames.keySet() + (planned == null ? "" : " " + planned);
  }
}
