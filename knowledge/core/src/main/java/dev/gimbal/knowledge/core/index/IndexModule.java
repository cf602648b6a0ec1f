package dev.gimbal.knowledge.core.index;

import java.nio.file.Path;

/// Wiring of the search index.
public final class IndexModule {
  private IndexModule() {}

  /// The index of this node.
  ///
  /// @param root folder of the index's files, made when needed; of no other process
  public static PassageIndex create(IndexConfig config, Path root) {
    return new LuceneIndex(config, root);
  }
}
