// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class RequiredTest {

  private final @Nullable String requireBefore = System.getProperty(Required.PROPERTY);
  private final @Nullable String fixturesBefore = System.getProperty(Fixtures.PROPERTY);

  @AfterEach
  void restore() {
    set(Required.PROPERTY, requireBefore);
    set(Fixtures.PROPERTY, fixturesBefore);
  }

  private static void set(String property, @Nullable String value) {
    if (value == null) {
      System.clearProperty(property);
    } else {
      System.setProperty(property, value);
    }
  }

  @Test
  void goesOnWhereTheNeedIsMet() {
    set(Required.PROPERTY, "true");

    Required.that(true, "nothing");
  }

  @Test
  void skipsWithTheReason() {
    set(Required.PROPERTY, "false");

    assertThatThrownBy(() -> Required.that(false, "this line: of RequiredTest itself"))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("of RequiredTest itself");
  }

  @Test
  void failsWhereNothingMayBeSkipped() {
    set(Required.PROPERTY, "true");

    assertThatThrownBy(() -> Required.that(false, "dig: not installed"))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageContaining("dig: not installed");
  }

  @Test
  void findsFixturesWhereThePropertySays(@TempDir Path folder) {
    set(Fixtures.PROPERTY, folder.toString());

    assertThat(Fixtures.find()).isEqualTo(folder);
  }

  @Test
  void namesTheFolderThatIsMissing(@TempDir Path folder) {
    set(Required.PROPERTY, "true");
    set(Fixtures.PROPERTY, folder.resolve("away").toString());

    assertThat(Files.exists(folder.resolve("away"))).isFalse();
    assertThatThrownBy(Fixtures::find).hasMessageContaining("away");
  }
}
