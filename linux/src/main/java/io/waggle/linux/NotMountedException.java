package io.waggle.linux;

/** A file system of the kernel that is not mounted and could not be mounted. */
public final class NotMountedException extends RuntimeException {
  NotMountedException(String type, String place, String reason) {
    super(
        "%s is not mounted and %s; run: mount -t %s %s %s"
            .formatted(type, reason, type, type, place));
  }
}
