// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import static java.util.Objects.requireNonNull;

/**
 * What the reference says of one key. <b>Immutable.</b>
 *
 * @param path from the root of the document, with dots
 * @param form what a value looks like; empty for a section
 * @param byDefault empty where there is no value without one being given
 * @param help what it is for, in a sentence
 */
public record KeyDescription(String path, String form, String byDefault, String help) {

  public KeyDescription {
    requireNonNull(path, "path");
    requireNonNull(form, "form");
    requireNonNull(byDefault, "byDefault");
    requireNonNull(help, "help");
  }

  /** Whether it has keys of its own and no value. */
  public boolean isSection() {
    return form.isEmpty();
  }

  /** Path of the section that it lies in; empty at the top. */
  String parent() {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  /** The last part of the path. */
  public String name() {
    return path.substring(path.lastIndexOf('.') + 1);
  }
}
