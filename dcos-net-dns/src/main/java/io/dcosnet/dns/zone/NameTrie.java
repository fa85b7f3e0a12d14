// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import io.dcosnet.dns.name.DomainName;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The names of a zone as a hash trie of 32-way branches, after Bagwell. A changed trie shares all
 * but the few branches on the way to the change with the one before.
 *
 * <p>Why not a library's map: look-ups take the octets of a query as they lie in the packet and
 * make no object, and a whole zone is built in place, without a copy for each name.
 *
 * <p><b>Immutable</b>, except through {@link Edit} before it is frozen.
 */
final class NameTrie {

  static final NameTrie EMPTY = new NameTrie(null);

  private static final int BITS = 5;
  private static final int ALL_BITS = 32;

  /** A ZoneNode, a Branch, or a ZoneNode[] of names whose whole hash is the same. */
  private final @Nullable Object root;

  private NameTrie(@Nullable Object root) {
    this.root = root;
  }

  /** The node of the name in these octets, whatever their case. */
  @Nullable ZoneNode find(byte[] octets, int offset, int length, int hash) {
    Object at = root;
    for (int rest = hash; at instanceof Branch branch; rest >>>= BITS) {
      at = branch.get(rest);
    }
    if (at instanceof ZoneNode node) {
      return node.isNamed(octets, offset, length, hash) ? node : null;
    }
    if (at instanceof ZoneNode[] alike) {
      for (ZoneNode node : alike) {
        if (node.isNamed(octets, offset, length, hash)) {
          return node;
        }
      }
    }
    return null;
  }

  @Nullable ZoneNode find(DomainName name) {
    Object at = root;
    for (int rest = name.hashCode(); at instanceof Branch branch; rest >>>= BITS) {
      at = branch.get(rest);
    }
    return at == null ? null : leaf(at, name);
  }

  private static @Nullable ZoneNode leaf(Object at, DomainName name) {
    if (at instanceof ZoneNode node) {
      return node.name().equals(name) ? node : null;
    }
    for (ZoneNode node : (ZoneNode[]) at) {
      if (node.name().equals(name)) {
        return node;
      }
    }
    return null;
  }

  /** All nodes, in no particular order. */
  void forEach(Consumer<ZoneNode> action) {
    if (root != null) {
      forEach(root, action);
    }
  }

  private static void forEach(Object at, Consumer<ZoneNode> action) {
    if (at instanceof ZoneNode node) {
      action.accept(node);
    } else if (at instanceof Branch branch) {
      for (Object slot : branch.slots) {
        forEach(slot, action);
      }
    } else {
      for (ZoneNode node : (ZoneNode[]) at) {
        action.accept(node);
      }
    }
  }

  /** As {@link #forEach}, for who wants to go on later. */
  Iterator<ZoneNode> iterator() {
    return new Walk(root);
  }

  /** The way that is left, the next piece on top. */
  private static final class Walk implements Iterator<ZoneNode> {
    private final ArrayDeque<Object> ahead = new ArrayDeque<>();

    Walk(@Nullable Object root) {
      if (root != null) {
        ahead.push(root);
      }
    }

    @Override
    public boolean hasNext() {
      return !ahead.isEmpty();
    }

    @Override
    public ZoneNode next() {
      Object at = ahead.pop();
      while (!(at instanceof ZoneNode)) {
        Object[] slots = at instanceof Branch branch ? branch.slots : (ZoneNode[]) at;
        for (Object slot : slots) {
          ahead.push(slot);
        }
        at = ahead.pop();
      }
      return (ZoneNode) at;
    }
  }

  /**
   * Calls for each name whose node is not the same object in both; shared branches cost nothing.
   */
  static void forEachChange(NameTrie before, NameTrie after, NodeChange action) {
    forEachChange(before.root, after.root, 0, action);
  }

  @SuppressWarnings("ReferenceEquality") // what is shared has not changed
  private static void forEachChange(
      @Nullable Object before, @Nullable Object after, int shift, NodeChange action) {
    if (before == after) {
      return;
    }
    if (before instanceof Branch one && after instanceof Branch two) {
      for (int all = one.bitmap | two.bitmap; all != 0; all &= all - 1) {
        int slot = Integer.numberOfTrailingZeros(all);
        forEachChange(one.get(slot), two.get(slot), shift + BITS, action);
      }
      return;
    }
    if (after != null) {
      forEach(
          after,
          node -> {
            ZoneNode old = before == null ? null : find(before, shift, node.name());
            if (old != node) {
              action.changed(old, node);
            }
          });
    }
    if (before != null) {
      forEach(
          before,
          node -> {
            if (after == null || find(after, shift, node.name()) == null) {
              action.changed(node, null);
            }
          });
    }
  }

  private static @Nullable ZoneNode find(Object start, int shift, DomainName name) {
    Object at = start;
    int rest = shift >= ALL_BITS ? 0 : name.hashCode() >>> shift;
    for (; at instanceof Branch branch; rest >>>= BITS) {
      at = branch.get(rest);
    }
    return at == null ? null : leaf(at, name);
  }

  private static final class Branch {
    /** The edit that may change this branch in place. */
    final Edit owner;

    int bitmap;
    Object[] slots;

    Branch(Edit owner, int bitmap, Object[] slots) {
      this.owner = owner;
      this.bitmap = bitmap;
      this.slots = slots;
    }

    @Nullable Object get(int hashRest) {
      int bit = 1 << hashRest;
      return (bitmap & bit) == 0 ? null : slots[position(bit)];
    }

    int position(int bit) {
      return Integer.bitCount(bitmap & (bit - 1));
    }

    Branch ownedBy(Edit edit) {
      return owner == edit ? this : new Branch(edit, bitmap, slots.clone());
    }

    void insert(int bit, Object slot) {
      int at = position(bit);
      Object[] more = new Object[slots.length + 1];
      System.arraycopy(slots, 0, more, 0, at);
      more[at] = slot;
      System.arraycopy(slots, at, more, at + 1, slots.length - at);
      slots = more;
      bitmap |= bit;
    }

    void remove(int bit) {
      int at = position(bit);
      Object[] fewer = new Object[slots.length - 1];
      System.arraycopy(slots, 0, fewer, 0, at);
      System.arraycopy(slots, at + 1, fewer, at, fewer.length - at);
      slots = fewer;
      bitmap &= ~bit;
    }
  }

  /** Changes to a trie, to be frozen into a new one. <b>Confined to</b> one thread. */
  static final class Edit {
    private @Nullable Object root;

    Edit(NameTrie start) {
      root = start.root;
    }

    @Nullable ZoneNode find(DomainName name) {
      return new NameTrie(root).find(name);
    }

    /** Adds the node, or puts it in place of the one with its name. */
    void put(ZoneNode node) {
      root = root == null ? node : put(root, 0, node);
    }

    /** Removes the node of that name, which must be there. */
    void remove(DomainName name) {
      root = root == null ? null : remove(root, name.hashCode(), name);
    }

    /** The trie as it is now; this edit must not be used any more. */
    NameTrie freeze() {
      NameTrie frozen = root == null ? EMPTY : new NameTrie(root);
      root = null; // branches point to their edit, which must not keep old tries alive
      return frozen;
    }

    private Object put(Object at, int shift, ZoneNode node) {
      int hash = node.name().hashCode();
      if (at instanceof Branch shared) {
        Branch branch = shared.ownedBy(this);
        int bit = 1 << (hash >>> shift);
        Object slot = branch.get(hash >>> shift);
        if (slot == null) {
          branch.insert(bit, node);
        } else {
          branch.slots[branch.position(bit)] = put(slot, shift + BITS, node);
        }
        return branch;
      }
      if (at instanceof ZoneNode other) {
        if (other.name().equals(node.name())) {
          return node;
        }
        return shift >= ALL_BITS
            ? new ZoneNode[] {other, node}
            : put(branchOf(other, other, shift), shift, node);
      }
      ZoneNode[] alike = (ZoneNode[]) at;
      // A removal may have lifted the array to where other hashes come along.
      return alike[0].name().hashCode() == hash
          ? putAlike(alike, node)
          : put(branchOf(alike, alike[0], shift), shift, node);
    }

    private Branch branchOf(Object slot, ZoneNode of, int shift) {
      return new Branch(this, 1 << (of.name().hashCode() >>> shift), new Object[] {slot});
    }

    private static ZoneNode[] putAlike(ZoneNode[] alike, ZoneNode node) {
      for (int i = 0; i < alike.length; i++) {
        if (alike[i].name().equals(node.name())) {
          ZoneNode[] changed = alike.clone();
          changed[i] = node;
          return changed;
        }
      }
      ZoneNode[] more = Arrays.copyOf(alike, alike.length + 1);
      more[alike.length] = node;
      return more;
    }

    private @Nullable Object remove(Object at, int hashRest, DomainName name) {
      if (at instanceof Branch shared) {
        return removeBelow(shared, hashRest, name);
      }
      if (at instanceof ZoneNode node) {
        return node.name().equals(name) ? null : node;
      }
      return removeAlike((ZoneNode[]) at, name);
    }

    private @Nullable Object removeBelow(Branch shared, int hashRest, DomainName name) {
      Object slot = shared.get(hashRest);
      if (slot == null) {
        return shared;
      }
      Object rest = remove(slot, hashRest >>> BITS, name);
      if (rest == slot) {
        return shared;
      }
      Branch branch = shared.ownedBy(this);
      int bit = 1 << hashRest;
      if (rest != null) {
        branch.slots[branch.position(bit)] = rest;
      } else {
        branch.remove(bit);
      }
      if (branch.slots.length == 0) {
        return null;
      }
      boolean needless = branch.slots.length == 1 && !(branch.slots[0] instanceof Branch);
      return needless ? branch.slots[0] : branch;
    }

    private static Object removeAlike(ZoneNode[] alike, DomainName name) {
      ZoneNode[] rest = new ZoneNode[alike.length - 1];
      int kept = 0;
      for (ZoneNode node : alike) {
        if (!node.name().equals(name)) {
          if (kept == rest.length) {
            return alike; // it is not among them
          }
          rest[kept++] = node;
        }
      }
      return rest.length == 1 ? rest[0] : rest;
    }
  }
}
