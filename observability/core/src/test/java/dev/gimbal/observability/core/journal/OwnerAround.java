package dev.gimbal.observability.core.journal;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Database.OwnerWork;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/// Stands around the owner's transactions of a database, and can let them fail.
@FunctionalInterface
public interface OwnerAround {

  /// Runs the work on the real database, or does not.
  Object run(Database real, OwnerWork<?> work);

  /// The database with this around it.
  static Database of(Database real, OwnerAround around) {
    return (Database)
        Proxy.newProxyInstance(
            Database.class.getClassLoader(),
            new Class<?>[] {Database.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("asOwner")) {
                return around.run(real, (OwnerWork<?>) arguments[0]);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
