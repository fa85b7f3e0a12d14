// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

/** What a step does with an object. */
enum Change {
  ADD,
  /** It is there, but not as it must be. */
  CHANGE,
  REMOVE
}
