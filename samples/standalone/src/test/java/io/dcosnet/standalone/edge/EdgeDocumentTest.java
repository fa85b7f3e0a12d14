// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.lb.edge.label.EdgeCode;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page about the edge lists what the edge tells, all of it and nothing else. */
class EdgeDocumentTest {

  private static final Path PAGE = Path.of("../../docs/edge.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(EDGE_[A-Z_]+)` \\|");

  @Test
  void listsEachCodeOnce() throws IOException {
    Required.that(Files.exists(PAGE), "docs/edge.md");

    assertThat(
            ROW.matcher(Files.readString(PAGE))
                .results()
                .map((MatchResult row) -> row.group(1))
                .toList())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(EdgeCode.values()).map(EdgeCode::name).toList());
  }
}
