package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.Nearest;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.BpfLink;
import io.waggle.linux.Errno;
import io.waggle.linux.NetworkNamespace;
import io.waggle.linux.SystemCallException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A hook of a network namespace: of sk_lookup and flow dissector programs. */
record NamespaceHook(Optional<Path> namespace, AttachType type) {

  /** Opens the namespace, the caller's own if none is named. */
  NetworkNamespace open() {
    if (namespace.isEmpty()) {
      return NetworkNamespace.current();
    }
    Path file = namespace.get();
    if (!Files.exists(file)) {
      throw new AttachException("there is no network namespace " + file + hint(file));
    }
    return NetworkNamespace.open(file);
  }

  HookLink attach(AttachPoint place, LoadedProgram program, ProgramType fitting) {
    ProgramKind.require(place, program, fitting);
    try (NetworkNamespace open = open()) {
      return Attempt.at(
          place,
          () -> new HookLink(BpfLink.create(program.fd(), open.fd().number(), type.id(), 0)),
          refused -> reason(program, refused));
    }
  }

  String reason(LoadedProgram program, SystemCallException refused) {
    return switch (refused.errno()) {
      case Errno.EINVAL ->
          namespace.isPresent() && program.features().has(Feature.NAMESPACE_LINK)
              ? namespace.get() + " is no network namespace"
              : Attempt.invalid(type, program, refused);
      case Errno.EEXIST, Errno.EBUSY, Errno.E2BIG ->
          "it has a program there already, and the kernel runs no more";
      default -> refused.getMessage();
    };
  }

  private static String hint(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    Path name = file.getFileName();
    List<String> names = new ArrayList<>();
    if (parent != null && Files.isDirectory(parent)) {
      try (DirectoryStream<Path> beside = Files.newDirectoryStream(parent)) {
        beside.forEach(its -> names.add(its.getFileName().toString()));
      } catch (IOException unreadable) {
        return "";
      }
    }
    String hint = name == null ? "" : Nearest.hint(name.toString(), names);
    return hint.isEmpty() ? "" : ", " + hint;
  }

  @Override
  public String toString() {
    return namespace.map(its -> "network namespace " + its).orElse("this network namespace");
  }
}
