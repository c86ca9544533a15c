/**
 * The tracing language as text and as a tree: source, diagnostics, lexer, parser, syntax tree.
 *
 * <p>Start with {@link io.waggle.script.syntax.Parser#parse}, which turns a {@link
 * io.waggle.script.syntax.Source} into a {@link io.waggle.script.syntax.Script}. Nothing here knows
 * what names mean; that is the checker's part.
 */
package io.waggle.script.syntax;
