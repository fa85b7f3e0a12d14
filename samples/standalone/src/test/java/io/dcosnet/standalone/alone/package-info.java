// SPDX-License-Identifier: Apache-2.0
/**
 * Each library jar with nothing but its own dependencies, in a JVM of its own. Start reading at
 * {@code JarsLoadAloneIT}; the classes here other than that one run in the child.
 */
@NullMarked
package io.dcosnet.standalone.alone;

import org.jspecify.annotations.NullMarked;
