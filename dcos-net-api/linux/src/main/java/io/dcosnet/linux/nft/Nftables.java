// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.nft;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.Linux;
import io.dcosnet.linux.libc.NativeMemory;
import java.util.Optional;

/**
 * Runs commands as {@code nft -f} does, within the process, by the library that nft itself is made
 * of. It works on the network namespace in which the thread was that opened it, from whichever
 * thread it is used.
 *
 * <pre>{@code
 * try (Nftables nft = Nftables.open()) {
 *   nft.run("table inet dcosnet { map vips { type ipv4_addr : verdict; } }");
 * }
 * }</pre>
 *
 * <p>All commands of a run are one transaction. Two things to know: what stands for an address and
 * is none is looked up in DNS, which may take long, so only write addresses that were checked; and
 * each change reads all chains and rules first, so it is no way to change elements of a large table
 * often ({@link NftSocket} is).
 *
 * <p><b>Thread-safe.</b> Runs wait for each other; those of different objects do not.
 */
public final class Nftables implements AutoCloseable {

  /** Guards the context, which takes one command at a time; 0 when it was freed. */
  private final Object lock = new Object();

  private long context;

  private Nftables(long context) {
    this.context = context;
  }

  /** Why this cannot be used here; empty when it can. Says nothing about rights. */
  public static Optional<String> unavailableBecause() {
    return Linux.unavailableBecause().or(() -> NftLibrary.missing(NftLibrary.NAME));
  }

  /**
   * Opens one for the namespace of this thread.
   *
   * @throws IllegalStateException when the library is not there; asks first: {@link
   *     #unavailableBecause}
   */
  public static Nftables open() {
    unavailableBecause()
        .ifPresent(
            reason -> {
              throw new IllegalStateException(reason);
            });
    long context = NftLibrary.nft_ctx_new(0);
    if (context == 0) {
      throw new KernelException("open libnftables", new Errno(12));
    }
    Nftables opened = new Nftables(context);
    if (NftLibrary.nft_ctx_buffer_output(context) != 0
        || NftLibrary.nft_ctx_buffer_error(context) != 0) {
      opened.close();
      throw new KernelException("take the output of libnftables", new Errno(12));
    }
    return opened;
  }

  /**
   * Runs commands, one or more.
   *
   * @return what they print
   * @throws NftException when one of them is refused; then none was done
   */
  public String run(String commands) {
    return run(commands, 0);
  }

  /**
   * As {@link #run}, but what they print is JSON. Commands may be JSON too.
   *
   * @throws NftException when one of them is refused; then none was done
   */
  public String runJson(String commands) {
    return run(commands, NftLibrary.JSON);
  }

  private String run(String commands, int flags) {
    byte[] encoded = commands.getBytes(UTF_8);
    NativeMemory memory = new NativeMemory(encoded.length + 1); // with a 0 behind
    memory.host().put(0, encoded);
    synchronized (lock) {
      if (context == 0) {
        throw new IllegalStateException("nftables was closed");
      }
      NftLibrary.nft_ctx_output_set_flags(context, flags);
      int result = NftLibrary.nft_run_cmd_from_buffer(context, memory.address());
      String said = NftLibrary.text(NftLibrary.nft_ctx_get_error_buffer(context)).strip();
      memory.host().put(0, (byte) 0); // and so it was not freed before
      if (result != 0) {
        throw new NftException("nftables: " + (said.isEmpty() ? "refused" : said));
      }
      return NftLibrary.text(NftLibrary.nft_ctx_get_output_buffer(context));
    }
  }

  /** Frees what it took; idempotent. */
  @Override
  public void close() {
    synchronized (lock) {
      if (context != 0) {
        NftLibrary.nft_ctx_free(context);
        context = 0;
      }
    }
  }
}
