package dev.gimbal.gateway.cache;

/// What the cache has to say to a call.
public sealed interface Look {

  /// As in the answer's header `x-gimbal-cache`.
  String header();

  /// The answer is here.
  ///
  /// @param key names the answer, for a purge
  /// @param similarity of the question that it was the answer of; 1 for the very same call
  record Hit(StoredAnswer answer, String key, double similarity) implements Look {
    @Override
    public String header() {
      return similarity < 1 ? "semantic" : "hit";
    }
  }

  /// The call asks the model, and says to `lead` what it hears.
  record Leads(Lead lead, String key) implements Look {
    @Override
    public String header() {
      return "miss";
    }
  }

  /// An equal call is under way: hear what it hears.
  record Follows(Following following, String key) implements Look {
    @Override
    public String header() {
      return "shared";
    }
  }

  /// The call asks the model and nobody hears of it.
  record Passes(Reason reason) implements Look {
    @Override
    public String header() {
      return "bypass";
    }
  }
}
