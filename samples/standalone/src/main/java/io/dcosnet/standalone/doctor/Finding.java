// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.doctor;

/**
 * What one probe found. <b>Immutable.</b>
 *
 * @param area group that it is shown in: {@code java}, {@code network}, …
 * @param name of what was looked for, unique
 * @param found what is there, for a person
 * @param cost what does not work without it; empty when nothing is missing
 * @param remedy what to do; empty when nothing is missing
 */
record Finding(String area, String name, Status status, String found, String cost, String remedy) {

  /** How the machine stands in one point. */
  enum Status {
    OK,
    /** Not there, and some parts do without it. */
    MISSING,
    /** Not there, and without it not even the demo runs. */
    NEEDED,
    /** Nobody looked, or could not see; {@code found} says why. */
    NOT_PROBED
  }

  static Finding ok(String area, String name, String found) {
    return new Finding(area, name, Status.OK, found, "", "");
  }

  static Finding missing(String area, String name, String found, String cost, String remedy) {
    return new Finding(area, name, Status.MISSING, found, cost, remedy);
  }

  static Finding needed(String area, String name, String found, String cost, String remedy) {
    return new Finding(area, name, Status.NEEDED, found, cost, remedy);
  }

  static Finding notProbed(String area, String name, String why) {
    return new Finding(area, name, Status.NOT_PROBED, why, "", "");
  }
}
