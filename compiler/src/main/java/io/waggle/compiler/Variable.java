package io.waggle.compiler;

/**
 * A mutable variable of the source language. {@link FunctionBuilder#read} and {@link
 * FunctionBuilder#write} turn it into SSA values.
 */
public record Variable(int id, String name, Type type) {}
