// SPDX-License-Identifier: Apache-2.0
/**
 * Looks at the machine and says what is there, what is missing and what each missing thing costs.
 * Reads files below {@code /proc}, {@code /sys} and {@code /boot}, binds a few sockets for a
 * moment, has data paths make private objects in the kernel and take them away, leaves nothing and
 * needs no root. Start reading at {@link io.dcosnet.standalone.doctor.Doctor}.
 */
@NullMarked
package io.dcosnet.standalone.doctor;

import org.jspecify.annotations.NullMarked;
