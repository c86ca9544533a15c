/**
 * Links several object files into one, as {@code bpftool gen object} does: {@link
 * io.waggle.bpf.link.ObjectLinker} takes the files and gives the linked one, for {@link
 * io.waggle.bpf.BpfObject#read} or to be written to disk.
 */
package io.waggle.bpf.link;
