package io.waggle.compiler;

/** A program that cannot become BPF code; the message says what, where and what to do. */
public sealed class CompileError extends RuntimeException
    permits FrameTooLarge, MissingFeature, ProgramTooLarge {
  CompileError(String message) {
    super(message);
  }
}
