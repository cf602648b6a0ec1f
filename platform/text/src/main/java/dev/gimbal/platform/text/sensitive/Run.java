package dev.gimbal.platform.text.sensitive;

/// Digits from a place on, with what stands between their groups; at most 24 of them, so that
/// looking at a run takes constant time.
final class Run {
  private static final int MOST_DIGITS = 24;
  private static final int MOST_GROUPS = 8;

  private final StringBuilder digits = new StringBuilder(MOST_DIGITS);
  private final int[] groups = new int[MOST_GROUPS];
  private final int[] ends = new int[MOST_GROUPS];
  private int count;

  private Run() {}

  /// @param between what may stand between two groups, one or two of them
  static Run of(Text text, int from, String between) {
    Run run = new Run();
    int place = from;
    while (run.count < MOST_GROUPS && run.digits.length() < MOST_DIGITS) {
      int begin = place;
      while (text.digitAt(place) && run.digits.length() < MOST_DIGITS) {
        run.digits.append(text.at(place++));
      }
      if (place == begin || text.digitAt(place)) {
        break;
      }
      run.groups[run.count] = place - begin;
      run.ends[run.count++] = place;
      int gap = 0;
      while (gap < 2 && between.indexOf(text.at(place)) >= 0) {
        place++;
        gap++;
      }
      if (gap == 0) {
        break;
      }
    }
    return run;
  }

  /// How many whole groups there are.
  int count() {
    return count;
  }

  /// How many digits a group has.
  int group(int index) {
    return groups[index];
  }

  /// Behind the last digit of a group.
  int end(int index) {
    return ends[index];
  }

  /// The digits of the first groups.
  String digits(int ofGroups) {
    return digits.substring(0, length(ofGroups));
  }

  /// How many digits the first groups have.
  int length(int ofGroups) {
    int length = 0;
    for (int i = 0; i < ofGroups; i++) {
      length += groups[i];
    }
    return length;
  }

  /// Whether the groups from one on have just these lengths.
  boolean shaped(int from, int... lengths) {
    if (from + lengths.length > count) {
      return false;
    }
    for (int i = 0; i < lengths.length; i++) {
      if (groups[from + i] != lengths[i]) {
        return false;
      }
    }
    return true;
  }
}
