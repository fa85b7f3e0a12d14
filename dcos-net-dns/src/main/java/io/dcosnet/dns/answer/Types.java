// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

/** Numbers of types that no generator makes but answers depend on. */
final class Types {

  static final int MX = 15;
  static final int DNAME = 39;
  static final int DS = 43;

  private Types() {}
}
