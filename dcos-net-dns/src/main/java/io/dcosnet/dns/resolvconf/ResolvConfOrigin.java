// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.resolvconf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * What was there before we wrote the file: kept, so that it can be put back, and read on for the
 * name servers that others tell of.
 *
 * <p>A file is kept as a copy. A symbolic link is kept as a link, so that what it leads to is
 * followed further: systemd-resolved, NetworkManager and resolvconf all write there. That of
 * systemd-resolved names only its own stub; the servers stand in another file beside it.
 *
 * <p><b>Thread-safe.</b> All methods block.
 */
public final class ResolvConfOrigin {

  private static final Path STUB = Path.of("stub-resolv.conf");
  private static final Path BEHIND_STUB = Path.of("resolv.conf");

  private final Path file;
  private final Path kept;
  private final SettledFile settled;

  ResolvConfOrigin(Path file, Path kept, SettledFile settled) {
    this.settled = settled;
    this.file = requireNonNull(file, "file").toAbsolutePath();
    this.kept = requireNonNull(kept, "kept").toAbsolutePath();
  }

  /**
   * What was at a place.
   *
   * @param file that is ours or will be
   * @param kept where it is kept; its folder must exist before {@link #keep}
   */
  public static ResolvConfOrigin of(Path file, Path kept) {
    return new ResolvConfOrigin(file, kept, SettledFile.waiting());
  }

  /**
   * Keeps what is there, unless that is ours; to be called before each write, as others may have
   * written since. What somebody is writing just now is waited for, up to a second.
   *
   * @return whether there was something new to keep
   * @throws DcosNetException when it cannot be kept; then nothing may be written
   */
  public synchronized boolean keep() {
    try {
      Path next = besideOf(kept);
      if (Files.isSymbolicLink(file)) {
        Files.createSymbolicLink(next, Files.readSymbolicLink(file));
      } else if (isOurs() || (!Files.exists(file) && isKept())) {
        return false;
      } else if (Files.exists(file)) {
        SyncedFile.write(next, settled.read(file));
      } else {
        Files.createFile(next); // an empty one says that there was none
      }
      Files.move(next, kept, StandardCopyOption.ATOMIC_MOVE);
      SyncedFile.forceFolderOf(kept); // before what it was is overwritten
      return true;
    } catch (IOException e) {
      throw new DcosNetException(
          "keep %s as %s: %s (does the folder exist, with rights for this user?)"
              .formatted(file, kept, e),
          e);
    }
  }

  /** Whether the file is one that we wrote. */
  public boolean isOurs() {
    // Ours takes the place of a link, and never is one.
    return !Files.isSymbolicLink(file) && text(file).filter(ResolvConf::isOurs).isPresent();
  }

  private boolean isKept() {
    return Files.exists(kept, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * The file that names the servers which programs had before: the one that is kept, or while
   * nothing is, the one that is there.
   */
  public Path servers() {
    Path place = isKept() ? kept : file;
    if (!Files.isSymbolicLink(place)) {
      return place;
    }
    try {
      // The kept link lies elsewhere, and leads to the same place nonetheless.
      Path target = file.resolveSibling(Files.readSymbolicLink(place)).normalize();
      Path behind = target.resolveSibling(BEHIND_STUB);
      return target.endsWith(STUB) && Files.exists(behind) ? behind : target;
    } catch (IOException e) {
      return place; // gone meanwhile; who reads it is told so
    }
  }

  /** The text that programs had before; empty when there was none. */
  public String text() {
    return text(servers()).orElse("");
  }

  private static Optional<String> text(Path of) {
    try {
      return Optional.of(Files.readString(of, ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Puts back what was there, if what is there now is ours, and keeps it no longer.
   *
   * @return what was ours and is no more; empty when nothing was
   * @throws DcosNetException when that is not possible; then all stays as it is
   */
  public synchronized Optional<String> restore() {
    try {
      if (!isOurs()) { // somebody else knows better
        Files.deleteIfExists(kept);
        return Optional.empty();
      }
      if (!isKept()) {
        throw new DcosNetException(
            "%s is ours, and what was there before is not kept as %s (was that another folder?)"
                .formatted(file, kept));
      }
      String before = "what it was before";
      if (Files.isSymbolicLink(kept)) {
        Path target = Files.readSymbolicLink(kept);
        Path next = besideOf(file);
        Files.createSymbolicLink(next, target);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        before = "a link to " + target;
      } else if (Files.size(kept) == 0) {
        remove();
        before = "nothing";
      } else {
        boolean unused = ResolvConfFile.at(file).write(Files.readAllBytes(kept));
      }
      Files.delete(kept);
      return Optional.of("our %s; it is %s again".formatted(file, before));
    } catch (IOException e) {
      throw new DcosNetException("restore %s from %s: %s".formatted(file, kept, e), e);
    }
  }

  private void remove() throws IOException {
    try {
      Files.deleteIfExists(file);
    } catch (FileSystemException e) { // a mount point cannot be removed
      boolean unused = ResolvConfFile.at(file).write("");
    }
  }

  private static Path besideOf(Path place) throws IOException {
    Path next = place.resolveSibling(place.getFileName() + ".tmp");
    Files.deleteIfExists(next);
    return next;
  }
}
