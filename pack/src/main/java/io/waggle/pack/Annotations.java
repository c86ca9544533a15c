package io.waggle.pack;

import io.waggle.pack.Meta.Argument;
import io.waggle.pack.Meta.DataSection;
import io.waggle.pack.Meta.Doc;
import io.waggle.pack.Meta.MapMeta;
import io.waggle.pack.Meta.ProgramMeta;
import io.waggle.pack.Meta.Skeleton;
import io.waggle.pack.Meta.Variable;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Adds to a skeleton what the comments of the source say: of variables {@code @description} and
 * {@code @cmdarg}, of maps {@code @sample} and {@code @intepreter} (spelt as in eunomia-bpf), of
 * programs {@code @tchook}, {@code @tcopts}, {@code @ifindex}, {@code @flags} and {@code @xdpopts},
 * of the licence {@code @brief}, {@code @details}, {@code @version} and plain text.
 */
final class Annotations {
  private static final String[] NETWORK = {"tchook", "tcopts", "ifindex", "flags", "xdpopts"};

  private final String file;
  private final Map<String, DocComment> comments;

  private Annotations(String file, Map<String, DocComment> comments) {
    this.file = file;
    this.comments = comments;
  }

  /**
   * The skeleton with what is written in a source.
   *
   * @throws PackageException for a word whose value is not what it should be, with the line
   */
  static Skeleton apply(Skeleton skeleton, String file, String source) {
    Annotations annotations = new Annotations(file, DocComments.parse(source));
    return new Skeleton(
        skeleton.dataSections().stream().map(annotations::section).toList(),
        skeleton.maps().stream().map(annotations::map).toList(),
        skeleton.programs().stream().map(annotations::program).toList(),
        skeleton.name(),
        annotations.doc().or(skeleton::doc));
  }

  private Optional<DocComment> comment(String name) {
    return Optional.ofNullable(comments.get(name));
  }

  private Optional<Doc> doc() {
    return comment(DocComments.LICENSE)
        .map(
            comment ->
                new Doc(
                    text(comment, "version"),
                    text(comment, "brief"),
                    text(comment, "details"),
                    description(comment)));
  }

  private static Optional<String> description(DocComment comment) {
    return text(comment, "description")
        .or(
            () ->
                comment.text().isEmpty()
                    ? Optional.empty()
                    : Optional.of(DocComment.unquoted(comment.text())));
  }

  private static Optional<String> text(DocComment comment, String word) {
    return comment.tag(word).map(DocComment::unquoted);
  }

  private DataSection section(DataSection section) {
    return new DataSection(
        section.name(), section.variables().stream().map(this::variable).toList());
  }

  private Variable variable(Variable variable) {
    Optional<DocComment> comment = comment(variable.name());
    if (comment.isEmpty()) {
      return variable;
    }
    Optional<Argument> argument =
        place(comment.get(), variable.name(), "cmdarg")
            .flatMap(place -> place.optional("cmdarg"))
            .map(MetaReader::argument);
    return new Variable(
        variable.name(),
        variable.type(),
        variable.value(),
        description(comment.get()).or(variable::description),
        argument.orElse(variable.argument()));
  }

  private MapMeta map(MapMeta map) {
    Optional<DocComment> comment = comment(map.ident());
    if (comment.isEmpty()) {
      return map;
    }
    Optional<Place> place = place(comment.get(), map.name(), "sample", "intepreter");
    return new MapMeta(
        map.name(),
        map.ident(),
        map.mapped(),
        place.flatMap(at -> at.optional("sample")).map(MetaReader::sample).or(map::sample),
        map.export(),
        place
            .flatMap(at -> at.optional("intepreter"))
            .map(MetaReader::interpreterOf)
            .orElse(map.interpreter()));
  }

  private ProgramMeta program(ProgramMeta program) {
    Optional<Place> place =
        comment(program.name()).flatMap(comment -> place(comment, program.name(), NETWORK));
    return place.isEmpty()
        ? program
        : new ProgramMeta(
            program.name(),
            program.attach(),
            program.link(),
            MetaReader.network(place.get(), program.attach()));
  }

  /** The values of the words that are there, as fields of one object. */
  private Optional<Place> place(DocComment comment, String name, String... words) {
    ObjectNode fields = JsonMapper.shared().createObjectNode();
    for (String word : words) {
      comment.tag(word).ifPresent(text -> fields.set(word, json(comment, word, text)));
    }
    return fields.isEmpty()
        ? Optional.empty()
        : Optional.of(new Place(fields, file + ':' + comment.line() + ": " + name, ""));
  }

  private JsonNode json(DocComment comment, String word, String text) {
    try {
      return JsonMapper.shared().readTree(text);
    } catch (JacksonException refused) {
      throw new PackageException(
          file
              + ':'
              + comment.line()
              + ": the value of @"
              + word
              + " is no JSON: "
              + refused.getOriginalMessage(),
          refused);
    }
  }
}
