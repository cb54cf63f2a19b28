package io.github.cloudjobs;

import java.io.IOException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Every text that can be reached from the static fields of the library's classes. */
final class StaticFields {
  private static final Path CLASSES = Path.of("target", "classes");
  private static final String OURS = "io.github.cloudjobs.";

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Object> left = new ArrayDeque<>();
  private final List<String> texts = new ArrayList<>();

  private StaticFields() {}

  static List<String> texts() throws Exception {
    StaticFields fields = new StaticFields();
    for (Class<?> type : classes()) {
      fields.addFields(type, null);
    }
    while (!fields.left.isEmpty()) {
      fields.look(fields.left.pop());
    }
    return fields.texts;
  }

  static List<Class<?>> classes() throws IOException, ClassNotFoundException {
    List<Class<?>> classes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(CLASSES)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        String name =
            CLASSES.relativize(file).toString().replaceAll("[/\\\\]", ".").replace(".class", "");
        if (name.startsWith(OURS) && !name.endsWith("-info")) {
          classes.add(Class.forName(name));
        }
      }
    }
    return classes;
  }

  /** Adds what a class keeps, or with an object what that keeps. */
  private void addFields(Class<?> type, Object owner) throws IllegalAccessException {
    Field[] fields = type.getDeclaredFields();
    AccessibleObject.setAccessible(fields, true);
    for (Field field : fields) {
      boolean wanted = Modifier.isStatic(field.getModifiers()) == (owner == null);
      if (wanted && !field.getType().isPrimitive()) {
        add(field.get(owner));
      }
    }
  }

  private void add(Object value) {
    if (value != null && seen.add(value)) {
      left.push(value);
    }
  }

  private void look(Object value) throws IllegalAccessException {
    if (value instanceof byte[] bytes) {
      texts.add(new String(bytes, StandardCharsets.ISO_8859_1));
    } else if (value instanceof char[] chars) {
      texts.add(new String(chars));
    } else if (value instanceof Object[] array) {
      List.of(array).forEach(this::add);
    } else if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, content) -> {
            add(key);
            add(content);
          });
    } else if (value instanceof Iterable<?> several && !(value instanceof Path)) {
      several.forEach(this::add);
    } else if (value instanceof Optional<?> optional) {
      optional.ifPresent(this::add);
    } else if (value instanceof AtomicReference<?> reference) {
      add(reference.get());
    } else {
      texts.add(String.valueOf(value));
      for (Class<?> type = value.getClass();
          type != null && type.getName().startsWith(OURS);
          type = type.getSuperclass()) {
        addFields(type, value);
      }
    }
  }
}
