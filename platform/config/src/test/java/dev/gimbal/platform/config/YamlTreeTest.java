package dev.gimbal.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class YamlTreeTest {
  private static final String TEXT =
      """
      # a comment
      keys:
        - name: app
          key: env:APP
        - {name: other,
           key: env:OTHER}

      routes:
        - name: fast
          targets:
            - model: a/b
            - model: c/d
              weight: 3
          when:
            tags: {team: [x, y]}
      last: 1
      """;

  @Test
  void shouldKnowTheLineOfEachFieldWhereverItStands() {
    YamlTree tree = YamlTree.read(TEXT);

    assertThat(tree.line("keys")).isEqualTo(2);
    assertThat(tree.line("keys[0].name")).isEqualTo(3);
    assertThat(tree.line("keys[0].key")).isEqualTo(4);
    assertThat(tree.line("keys[1]")).isEqualTo(5);
    assertThat(tree.line("keys[1].key")).isEqualTo(6);
    assertThat(tree.line("routes[0].targets[1].weight")).isEqualTo(13);
    assertThat(tree.line("routes[0].targets[1].missing")).isEqualTo(12);
    assertThat(tree.line("routes[0].when.tags.team[1]")).isEqualTo(15);
    assertThat(tree.line("last")).isEqualTo(16);
    assertThat(tree.root().path("routes").path(0).path("targets").path(1).path("weight").asInt())
        .isEqualTo(3);
  }

  @Test
  void shouldNameTheLineOfWhatIsNoYamlOrStandsTwice() {
    assertThatThrownBy(() -> YamlTree.read("a: 1\nb: [1, 2\nc: 3\n"))
        .hasMessageContaining("line 3");
    assertThatThrownBy(() -> YamlTree.read("a: 1\nb: 2\na: 3\n"))
        .hasMessageContaining("line 3")
        .hasMessageContaining("'a'");
    assertThat(YamlTree.read("").root().isObject()).isTrue();
  }
}
