package io.waggle.formats.dwarf;

import io.waggle.formats.Bytes;
import java.util.function.Consumer;

/** Runs a line program (DWARF 5, 6.2.5), whose instructions make the rows of a table. */
final class LineProgram {
  private final LineHeader header;
  private final Cursor cursor;
  private final Consumer<LineRow> rows;

  private long address;
  private int file;
  private int line;
  private int column;
  private boolean isStatement;

  private LineProgram(Bytes section, LineHeader header, Consumer<LineRow> rows) {
    this.header = header;
    this.cursor = new Cursor(section, header.program());
    this.rows = rows;
  }

  /** Gives every row, each sequence in the order of its addresses. */
  static void run(Bytes section, LineHeader header, Consumer<LineRow> rows) {
    new LineProgram(section, header, rows).run();
  }

  private void run() {
    reset();
    while (cursor.at() < header.end()) {
      int opcode = cursor.u8();
      if (opcode >= header.opcodeBase()) {
        special(opcode - header.opcodeBase());
      } else if (opcode == 0) {
        extended();
      } else {
        standard(opcode);
      }
    }
  }

  private void reset() {
    address = 0;
    file = 1;
    line = 1;
    column = 0;
    isStatement = header.startsStatement();
  }

  private void emit(boolean isEnd) {
    rows.accept(new LineRow(address, file, line, column, isStatement, isEnd));
  }

  private void special(int adjusted) {
    advance(adjusted / header.lineRange());
    line += header.lineBase() + adjusted % header.lineRange();
    emit(false);
  }

  private void advance(long operations) {
    address += operations * header.minimumLength();
  }

  private void standard(int opcode) {
    switch (opcode) {
      case 1 -> emit(false);
      case 2 -> advance(cursor.unsigned());
      case 3 -> line += (int) cursor.signed();
      case 4 -> file = (int) cursor.unsigned();
      case 5 -> column = (int) cursor.unsigned();
      case 6 -> isStatement = !isStatement;
      case 7, 10, 11 -> {} // starts of blocks, ends of prologues, starts of epilogues
      case 8 -> advance((255 - header.opcodeBase()) / header.lineRange());
      case 9 -> address += cursor.u16();
      default -> {
        for (int i = 0; i < header.operands()[opcode - 1]; i++) {
          cursor.unsigned();
        }
      }
    }
  }

  private void extended() {
    long length = cursor.unsigned();
    long next = cursor.at() + length;
    if (length < 0 || next > header.end()) {
      throw cursor.bytes().unexpected(cursor.at(), "an instruction of lines", length + " bytes");
    }
    if (length > 0) {
      switch (cursor.u8()) {
        case 1 -> {
          emit(true);
          reset();
        }
        case 2 -> address = cursor.address(length - 1);
        default -> {} // names of files and discriminators, of which none is needed
      }
    }
    cursor.moveTo(next);
  }
}
