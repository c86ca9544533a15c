package io.waggle.formats.elf;

import io.waggle.formats.Bytes;
import java.util.Optional;

/**
 * The entries of {@code .symtab} or {@code .dynsym}, read where they lie: going through thousands
 * of them makes no object. Indices run from 0; entry 0 is the empty one.
 */
public final class SymbolTable {
  private final Bytes entries;
  private final Bytes names;
  private final boolean wide;
  private final int entrySize;
  private final Optional<GnuHash> hash;

  SymbolTable(Bytes entries, Bytes names, boolean wide, Optional<GnuHash> hash) {
    this.entries = entries;
    this.names = names;
    this.wide = wide;
    this.entrySize = wide ? 24 : 16;
    this.hash = hash;
  }

  /** How many entries there are. */
  public int count() {
    return entries.size() / entrySize;
  }

  /**
   * The first entry at or after {@code from} that has the name, or -1. Undefined symbols are left
   * out. The cost is that of a hash table where the file has one, else of looking at all.
   */
  public int find(byte[] name, int from) {
    if (hash.isPresent()) {
      return hash.get().find(this, name, from);
    }
    int count = count();
    for (int i = Math.max(1, from); i < count; i++) {
      if (section(i) != Symbol.UNDEFINED && isNamed(i, name)) {
        return i;
      }
    }
    return -1;
  }

  /** True if the entry has the name. Allocates nothing. */
  public boolean isNamed(int index, byte[] name) {
    return names.isString(nameOffset(index), name);
  }

  /** The entry's name. */
  public String name(int index) {
    return names.string(nameOffset(index));
  }

  /** Where the entry's name starts in {@link #names}. */
  public long nameOffset(int index) {
    return entries.u32((long) index * entrySize);
  }

  /** The names of all entries, each ended by a NUL. */
  public Bytes names() {
    return names;
  }

  /** An address as linked; in a relocatable file an offset in its section. */
  public long value(int index) {
    long at = (long) index * entrySize;
    return wide ? entries.i64(at + 8) : entries.u32(at + 4);
  }

  /** Bytes, 0 if unknown. */
  public long size(int index) {
    long at = (long) index * entrySize;
    return wide ? entries.i64(at + 16) : entries.u32(at + 8);
  }

  /** As {@link Symbol#type}. */
  public int type(int index) {
    return entries.u8((long) index * entrySize + (wide ? 4 : 12)) & 15;
  }

  /** As {@link Symbol#binding}. */
  public int binding(int index) {
    return entries.u8((long) index * entrySize + (wide ? 4 : 12)) >> 4;
  }

  /** Who sees the symbol: {@link Symbol#DEFAULT}, {@link Symbol#HIDDEN} or another. */
  public int visibility(int index) {
    return entries.u8((long) index * entrySize + (wide ? 5 : 13)) & 3;
  }

  /** As {@link Symbol#section}. */
  public int section(int index) {
    return entries.u16((long) index * entrySize + (wide ? 6 : 14));
  }

  /** True for machine code defined in this file, {@code FUNC} or {@code IFUNC}, at any address. */
  public boolean isFunction(int index) {
    int type = type(index);
    return (type == Symbol.FUNC || type == Symbol.IFUNC) && section(index) != Symbol.UNDEFINED;
  }

  /** All of an entry. */
  public Symbol symbol(int index) {
    return new Symbol(
        name(index), value(index), size(index), type(index), binding(index), section(index));
  }
}
