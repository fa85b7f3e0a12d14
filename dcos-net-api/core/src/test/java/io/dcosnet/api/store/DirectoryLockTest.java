// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DcosNetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {

  @TempDir private Path parent;

  @Test
  void oneUserAtATimeHasADirectoryByWhateverName() throws IOException {
    Path directory = parent.resolve("made/here");
    DirectoryLock first = DirectoryLock.take(directory);
    Path otherName = Files.createSymbolicLink(parent.resolve("link"), directory);

    assertThatThrownBy(() -> DirectoryLock.take(otherName))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining("in use by this process (stop it first");
    first.close();
    DirectoryLock second = DirectoryLock.take(otherName);
    first.close(); // again, which must not free what is somebody else's now
    assertThatThrownBy(() -> DirectoryLock.take(directory))
        .hasMessageContaining("in use by this process");
    second.close();
  }

  @Test
  void aDirectoryThatCannotBeMadeIsToldWithItsReason() throws IOException {
    Path file = Files.createFile(parent.resolve("file"));

    assertThatThrownBy(() -> DirectoryLock.take(file))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining("LOCK: cannot be locked: ");
  }

  @Test
  @SuppressWarnings("try") // it only has to be held
  void theProcessThatHasItIsNotedInAFile() throws IOException {
    DirectoryLock taken = DirectoryLock.take(parent);

    assertThat(parent.resolve(DirectoryLock.NAME))
        .hasContent(Long.toString(ProcessHandle.current().pid()));
    taken.close();
  }
}
