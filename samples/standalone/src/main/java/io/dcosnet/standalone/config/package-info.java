// SPDX-License-Identifier: Apache-2.0
/**
 * The configuration document of the roles: one section per feature, read once into immutable
 * values. Reading a section also describes it, so that the checks, {@code --print-config} and
 * {@code docs/configuration.md} cannot differ. Start reading at {@link
 * io.dcosnet.standalone.config.Configuration}.
 */
@NullMarked
package io.dcosnet.standalone.config;

import org.jspecify.annotations.NullMarked;
