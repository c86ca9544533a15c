/**
 * The command line. {@link io.waggle.cli.Main} picks the command and knows the exit statuses; each
 * command is one class that describes its options and turns them into a record, such as {@link
 * io.waggle.cli.TraceCommand} and {@link io.waggle.cli.TraceOptions}.
 *
 * <p>Start-up is a figure people feel. Only the command asked for builds its options, and no
 * annotation is read: options are described by calls.
 */
package io.waggle.cli;
