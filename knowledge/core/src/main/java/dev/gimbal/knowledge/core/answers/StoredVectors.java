package dev.gimbal.knowledge.core.answers;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.knowledge.core.store.Hash;
import dev.gimbal.knowledge.core.store.PassageStore;
import dev.gimbal.platform.database.Database;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Vectors of passages as the database keeps them, of sentences as the gateway makes them now, in
/// the name of who asks. What cannot be embedded in time is judged by its words. Thread-safe;
/// blocks.
public final class StoredVectors implements Vectors {
  private static final Logger LOG = LoggerFactory.getLogger(StoredVectors.class);

  private final Database database;
  private final PassageStore passages;
  private final Gateway gateway;
  private final Principal principal;
  private final @Nullable UUID parent;
  private final Duration deadline;

  private StoredVectors(
      Source source, Principal principal, @Nullable UUID parent, Duration deadline) {
    this.database = source.database();
    this.passages = source.passages();
    this.gateway = source.gateway();
    this.principal = principal;
    this.parent = parent;
    this.deadline = deadline;
  }

  /// Where everybody's vectors come from.
  public record Source(Database database, PassageStore passages, Gateway gateway) {

    /// Those that a principal may have.
    ///
    /// @param parent the call that they are for; null: none
    /// @param deadline for one call of a model
    StoredVectors of(Principal principal, @Nullable UUID parent, Duration deadline) {
      return new StoredVectors(this, principal, parent, deadline);
    }
  }

  @Override
  public Map<Hash, float[]> ofPassages(List<Evidence> found) {
    List<Hash> hashes = found.stream().map(passage -> passage.chunk().hash()).distinct().toList();
    Map<Hash, Map<String, float[]>> stored =
        hashes.isEmpty()
            ? Map.of()
            : database.inTransaction(principal.tenant(), tx -> passages.vectors(tx, hashes));
    Map<Hash, float[]> own = new HashMap<>();
    for (Evidence passage : found) {
      float[] vector =
          stored.getOrDefault(passage.chunk().hash(), Map.of()).get(passage.chunk().model());
      if (vector != null) {
        own.put(passage.chunk().hash(), vector);
      }
    }
    return own;
  }

  @Override
  public List<float[]> ofSentences(String model, List<String> sentences) {
    try {
      List<float[]> made =
          gateway.embed(
              principal,
              new EmbedRequest(
                  model,
                  sentences,
                  EmbedRequest.Purpose.PASSAGE,
                  EmbedRequest.Priority.INTERACTIVE,
                  deadline,
                  null,
                  parent));
      return made.size() == sentences.size() ? made : List.of();
    } catch (GatewayException e) {
      LOG.warn(
          "sentences were not embedded by {}, so their words decide: {}", model, e.getMessage());
      return List.of();
    }
  }

  /// How near a sentence lies to a passage; NaN if it is not known.
  double similarity(String sentence, Evidence passage) {
    float[] stored = ofPassages(List.of(passage)).get(passage.chunk().hash());
    List<float[]> made =
        stored == null ? List.of() : ofSentences(passage.chunk().model(), List.of(sentence));
    return made.isEmpty() ? Double.NaN : Judging.cosine(made.getFirst(), stored);
  }
}
