package io.waggle.script.plan;

/**
 * A place in the script, for messages at run time.
 *
 * @param file what the script is called
 * @param line from 1
 * @param column from 1
 * @param text all of it, as messages begin: {@code stdin:1:9-62}
 * @param excerpt the line of the script, and another with a mark under the place
 */
public record SourcePlace(String file, int line, int column, String text, String excerpt) {}
