// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * That tasks get nothing new from now on, or that they do again. It names tasks and not back ends,
 * so it also holds for those that a node hears of later, and never for the next task that gets the
 * same address and port. On the wire it is a JSON object with a version. <b>Immutable.</b>
 *
 * @param tasks as {@link io.dcosnet.lb.vip.TaskMark}s
 * @param place the only place that is meant; null for all that the tasks have
 * @param off true takes back what was said of these tasks before, by whomever
 * @param subject for a person: what was asked for
 */
public record DrainEntry(
    SortedSet<String> tasks, @Nullable Place place, boolean off, String subject) {

  /** The version that we write. */
  static final int VERSION = 1;

  /** More tasks than share any place. */
  static final int MAX_TASKS = 1000;

  private static final JsonFactory JSON = new JsonFactory();

  public DrainEntry {
    tasks = Collections.unmodifiableSortedSet(new TreeSet<>(tasks));
    requireNonNull(subject, "subject");
    if (tasks.isEmpty() || tasks.size() > MAX_TASKS) {
      throw new IllegalArgumentException(
          "drain: " + tasks.size() + " tasks (expected: 1-" + MAX_TASKS + ")");
    }
  }

  /** The bytes for the store. */
  public Bytes encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(160);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("v", VERSION);
      json.writeStringField("subject", subject);
      json.writeArrayFieldStart("tasks");
      for (String task : tasks) {
        json.writeString(task);
      }
      json.writeEndArray();
      if (place != null) {
        json.writeStringField("place", BackendKey.text(place));
      }
      if (off) {
        json.writeBooleanField("off", true);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("into memory", e);
    }
    return Bytes.copyOf(out.toByteArray());
  }

  /**
   * Reads an entry.
   *
   * @throws DecodeException for what is no JSON object, or names no task
   */
  static DrainEntry decode(Bytes value) {
    try (JsonParser json = JSON.createParser(value.toArray())) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new DecodeException("drain: " + value + " (expected: a JSON object)", 0);
      }
      SortedSet<String> tasks = new TreeSet<>();
      String place = null;
      boolean off = false;
      String subject = "";
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "tasks" -> JsonTexts.read(json, tasks);
          case "place" -> place = json.getValueAsString();
          case "off" -> off = json.getValueAsBoolean();
          case "subject" -> subject = json.getValueAsString("");
          default -> json.skipChildren();
        }
      }
      if (tasks.isEmpty() || tasks.size() > MAX_TASKS) {
        throw new DecodeException(
            "drain: " + tasks.size() + " tasks (expected: 1-" + MAX_TASKS + ")", 0);
      }
      return new DrainEntry(tasks, place == null ? null : BackendKey.place(place), off, subject);
    } catch (IOException e) {
      throw new DecodeException("drain: " + e.getMessage() + " (expected: JSON)", 0);
    }
  }
}
