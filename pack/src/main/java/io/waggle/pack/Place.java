package io.waggle.pack;

import io.waggle.pack.Meta.Literal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An object in JSON that is being read, and where it is, for errors. A field that is {@code null}
 * counts as missing.
 */
record Place(JsonNode node, String file, String path) {

  static Place top(JsonNode node, String file) {
    Place place = new Place(node, file, "");
    place.requireObject();
    return place;
  }

  private void requireObject() {
    if (!node.isObject()) {
      throw problem("is no object");
    }
  }

  boolean has(String field) {
    return node.hasNonNull(field);
  }

  Place required(String field) {
    return optional(field).orElseThrow(() -> child(field).problem("is missing"));
  }

  Optional<Place> optional(String field) {
    if (!has(field)) {
      return Optional.empty();
    }
    Place child = child(field);
    child.requireObject();
    return Optional.of(child);
  }

  List<Place> list(String field) {
    if (!has(field)) {
      return List.of();
    }
    JsonNode array = node.get(field);
    if (!array.isArray()) {
      throw child(field).problem("is no list");
    }
    List<Place> list = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      Place element = new Place(array.get(i), file, child(field).path + '[' + i + ']');
      element.requireObject();
      list.add(element);
    }
    return list;
  }

  String text(String field) {
    return optionalText(field).orElseThrow(() -> child(field).problem("is missing"));
  }

  Optional<String> optionalText(String field) {
    if (!has(field)) {
      return Optional.empty();
    }
    if (!node.get(field).isString()) {
      throw child(field).problem("is no text");
    }
    return Optional.of(node.get(field).stringValue());
  }

  int number(String field) {
    if (!has(field)) {
      throw child(field).problem("is missing");
    }
    return number(field, 0);
  }

  int number(String field, int otherwise) {
    if (!has(field)) {
      return otherwise;
    }
    if (!node.get(field).isInt()) {
      throw child(field).problem("is no number of 32 bits");
    }
    return node.get(field).intValue();
  }

  boolean flag(String field, boolean otherwise) {
    if (!has(field)) {
      return otherwise;
    }
    if (!node.get(field).isBoolean()) {
      throw child(field).problem("is neither true nor false");
    }
    return node.get(field).booleanValue();
  }

  Optional<Literal> literal(String field) {
    if (!has(field)) {
      return Optional.empty();
    }
    JsonNode value = node.get(field);
    if (value.isBoolean()) {
      return Optional.of(new Literal.Flag(value.booleanValue()));
    }
    if (value.isNumber()) {
      return Optional.of(new Literal.Digits(value.asString()));
    }
    if (value.isString()) {
      return Optional.of(new Literal.Words(value.stringValue()));
    }
    throw child(field).problem("is neither a number, text, true nor false");
  }

  private Place child(String field) {
    return new Place(node.path(field), file, path.isEmpty() ? field : path + '.' + field);
  }

  PackageException problem(String what) {
    return new PackageException(file + ": " + (path.isEmpty() ? "it" : path) + ' ' + what);
  }
}
