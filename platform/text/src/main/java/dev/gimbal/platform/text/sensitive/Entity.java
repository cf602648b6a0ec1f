package dev.gimbal.platform.text.sensitive;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What the patterns know. The label stands in its place; several kinds may share one.
public enum Entity {
  EMAIL("[email]"),
  PHONE("[phone]"),
  CARD("[card]"),
  IBAN("[iban]"),
  IP("[ip]"),
  SECRET("[secret]"),
  /// GB 11643.
  CN_RESIDENT_ID("[id number]"),
  /// GB 32100.
  CN_SOCIAL_CREDIT_CODE("[id number]"),
  CN_VEHICLE_PLATE("[plate]"),
  US_SSN("[id number]"),
  US_ITIN("[id number]"),
  UK_NINO("[id number]"),
  UK_NHS("[id number]"),
  DE_TAX_ID("[id number]"),
  FR_NIR("[id number]"),
  ES_DNI("[id number]"),
  ES_NIE("[id number]"),
  IT_FISCAL_CODE("[id number]"),
  NL_BSN("[id number]"),
  PL_PESEL("[id number]"),
  BR_CPF("[id number]"),
  BR_CNPJ("[id number]"),
  IN_AADHAAR("[id number]"),
  IN_PAN("[id number]"),
  CA_SIN("[id number]"),
  AU_TFN("[id number]"),
  AU_MEDICARE("[id number]"),
  KR_RRN("[id number]"),
  JP_MY_NUMBER("[id number]"),
  SG_NRIC("[id number]"),
  PASSPORT("[id number]"),
  /// By lists of names and the words around them.
  PERSON("[person]"),
  /// Streets by their form, and what the word for an address introduces.
  ADDRESS("[address]"),
  /// A date beside a word for birth.
  DATE_OF_BIRTH("[date of birth]");

  /// What has check digits or a form that is used for nothing else: no guessing about names.
  public static final Set<Entity> CERTAIN =
      Set.copyOf(EnumSet.complementOf(EnumSet.of(PERSON, ADDRESS, DATE_OF_BIRTH)));

  /// Everything about persons, secrets aside.
  public static final Set<Entity> PERSONAL = Set.copyOf(EnumSet.complementOf(EnumSet.of(SECRET)));

  private final String label;

  Entity(String label) {
    this.label = label;
  }

  /// What stands in its place, such as `[email]`.
  public String label() {
    return label;
  }

  /// Its name in declarations: `cn_resident_id`.
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The entity of a name in declarations.
  public static Optional<Entity> of(String id) {
    for (Entity entity : values()) {
      if (entity.id().equals(id)) {
        return Optional.of(entity);
      }
    }
    return Optional.empty();
  }
}
