package clients;

import java.util.Arrays;
import java.util.Objects;

/** What a program says of its client: its version, and each step that did what AWS KMS's documents say. */
final class Report {
  private Report() {}

  static void version(String name, String version) {
    System.out.println("version: " + name + " " + version);
  }

  static void ok(String step) {
    System.out.println("ok: " + step);
  }

  static void equal(Object found, Object wanted) {
    boolean same =
        found instanceof byte[] a && wanted instanceof byte[] b
            ? Arrays.equals(a, b)
            : Objects.equals(found, wanted);
    if (!same) throw new AssertionError("not " + wanted + " but " + found);
  }

  /** The refusal that a call ends with. */
  static <E extends Exception> E refused(Class<E> kind, Runnable call) {
    try {
      call.run();
    } catch (RuntimeException error) {
      if (kind.isInstance(error)) return kind.cast(error);
      throw error;
    }
    throw new AssertionError("was not refused with " + kind.getSimpleName());
  }
}
