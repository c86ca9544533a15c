package io.waggle.script.types;

import java.util.List;
import java.util.Optional;

/** How a struct or union lies in memory. */
public interface Layout {

  /** Bytes; 0 where the type is only known by name. */
  int size();

  /** 1, 2, 4 or 8. */
  int alignment();

  /** Its members in order, those of nameless structs and unions inside it as its own. */
  List<Member> members();

  /** Whether it is the kernel's, which lays it out as it likes. */
  default boolean isKernel() {
    return false;
  }

  /** The member of that name. */
  default Optional<Member> member(String name) {
    for (Member member : members()) {
      if (member.name().equals(name)) {
        return Optional.of(member);
      }
    }
    return Optional.empty();
  }

  /**
   * A member of a struct or union.
   *
   * @param offset bytes from the start; of a bit field to the integer that holds it
   * @param bits of that integer that the member is
   */
  record Member(String name, Type.Plain type, int offset, Type.Bits bits) {}
}
