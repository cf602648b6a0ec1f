import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { catalogues, fill, formats, languages, type Formats, type Language, type Translate } from './format';

const STORED = 'gimbal.language';

interface Voice {
  language: Language;
  setLanguage: (language: Language) => void;
  t: Translate;
  format: Formats;
}

const Context = createContext<Voice | undefined>(undefined);

function firstLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  const known = languages.find((language) => language === stored);
  return known ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');
}

/** The language that everything below speaks; a choice is remembered in this browser. */
export function LanguageProvider({ children, initial }: { children: ReactNode; initial?: Language }) {
  const [language, setLanguage] = useState<Language>(initial ?? firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
  }, [language]);
  const voice = useMemo<Voice>(
    () => ({
      language,
      setLanguage: (chosen) => {
        localStorage.setItem(STORED, chosen);
        setLanguage(chosen);
      },
      t: (key, values) => fill(language, catalogues[language][key], values),
      format: formats(language),
    }),
    [language],
  );
  return <Context.Provider value={voice}>{children}</Context.Provider>;
}

export function useLanguage(): Voice {
  const voice = useContext(Context);
  if (!voice) throw new Error('no LanguageProvider above');
  return voice;
}
