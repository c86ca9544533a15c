package io.waggle.pack;

import io.waggle.bpf.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code package.json}: an object file and what is known of it. The format is eunomia-bpf's, so
 * that its packages run here and ours there: {@code bpf_object} is the file, compressed with zlib,
 * in base64; {@code bpf_object_size} its size before; {@code meta} the rest.
 *
 * @param object the object file's bytes
 */
public record BpfPackage(Bytes object, Meta meta) {
  /** No object file is that large; what claims to be is an attack on memory. */
  private static final int LARGEST_OBJECT = 1 << 28;

  /**
   * Reads a package.
   *
   * @param name the file's, for errors
   * @throws PackageException if it is no JSON, lacks a field, or holds a damaged object
   */
  public static BpfPackage read(String name, byte[] json) {
    JsonNode tree;
    try {
      tree = JsonMapper.shared().readTree(json);
    } catch (JacksonException refused) {
      throw new PackageException(
          name + ": it is no JSON: " + refused.getOriginalMessage() + at(refused), refused);
    }
    Place top = Place.top(tree, name);
    String text = top.text("bpf_object");
    int size = top.number("bpf_object_size");
    return new BpfPackage(
        Bytes.of(inflate(name, decode(name, text), size)), MetaReader.read(top.required("meta")));
  }

  private static String at(JacksonException refused) {
    return refused.getLocation() == null
        ? ""
        : ", line "
            + refused.getLocation().getLineNr()
            + ", column "
            + refused.getLocation().getColumnNr();
  }

  private static byte[] decode(String name, String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException refused) {
      throw new PackageException(
          name + ": bpf_object is not in base64: " + refused.getMessage(), refused);
    }
  }

  private static byte[] inflate(String name, byte[] compressed, int size) {
    if (size < 0 || size > LARGEST_OBJECT) {
      throw new PackageException(name + ": bpf_object_size is " + size);
    }
    byte[] object = new byte[size];
    try (Inflater inflater = new Inflater()) {
      inflater.setInput(compressed);
      int length = inflater.inflate(object);
      boolean more = !inflater.finished() && inflater.inflate(new byte[1]) > 0;
      if (length != size || more) {
        throw new PackageException(
            name
                + ": bpf_object_size is "
                + size
                + ", but bpf_object holds "
                + (more ? "more" : length)
                + " bytes");
      }
      if (!inflater.finished()) {
        throw new PackageException(name + ": bpf_object is cut off");
      }
      return object;
    } catch (DataFormatException refused) {
      throw new PackageException(
          name + ": bpf_object is not compressed with zlib: " + refused.getMessage(), refused);
    }
  }

  /** The package as a file. */
  public byte[] toJson() {
    return JsonMapper.shared().writeValueAsBytes(tree());
  }

  /** The same in YAML, to be read by people. */
  public byte[] toYaml() {
    return Yaml.write(tree());
  }

  /** What the package says of its object, alone and indented. */
  public byte[] metaJson() {
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(metaTree());
  }

  /** As {@link #metaJson}, in YAML. */
  public byte[] metaYaml() {
    return Yaml.write(metaTree());
  }

  private ObjectNode tree() {
    ObjectNode top = JsonMapper.shared().createObjectNode();
    byte[] bytes = object.toArray();
    top.put("bpf_object", Base64.getEncoder().encodeToString(deflate(bytes)));
    top.put("bpf_object_size", bytes.length);
    MetaWriter.write(top.putObject("meta"), meta);
    return top;
  }

  private ObjectNode metaTree() {
    ObjectNode top = JsonMapper.shared().createObjectNode();
    MetaWriter.write(top, meta);
    return top;
  }

  private static byte[] deflate(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(bytes);
      deflater.finish();
      byte[] buffer = new byte[64 * 1024];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
    }
    return out.toByteArray();
  }
}
