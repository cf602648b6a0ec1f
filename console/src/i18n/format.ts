import { en, type MessageKey } from './en';
import { zh } from './zh';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];
export const catalogues: Record<Language, Record<MessageKey, string>> = { en, zh };

export type Values = Record<string, string | number>;

const locales: Record<Language, string> = { en: 'en', zh: 'zh-Hans' };

/** Fills a message: `{name}` with the value, `{n:one|many}` with the word for the number n (Chinese has one form). */
export function fill(language: Language, message: string, values: Values = {}): string {
  return message.replace(/\{(\w+)(?::([^}|]*)\|([^}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (one !== undefined) return value === 1 ? one : (many ?? '');
    return typeof value === 'number' ? new Intl.NumberFormat(locales[language]).format(value) : value;
  });
}

export type Translate = (key: MessageKey, values?: Values) => string;

export interface Formats {
  number(value: number, digits?: number): string;
  bytes(value: number): string;
  /** Milliseconds as people read them: 12 ms, 3.4 s, 2 min 5 s. */
  duration(ms: number): string;
  /** A moment in full, in the reader's time zone. */
  moment(iso: string): string;
  /** A moment as distance from now while it is near, as a date when it is far. */
  ago(iso: string, now?: number): string;
  /** A decimal string of dollars, unrounded where it is small. */
  usd(value: string): string;
}

export function formats(language: Language): Formats {
  const locale = locales[language];
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: language === 'zh' ? 'long' : 'short' });
  const number = (value: number, digits = 1) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  const unit = (value: number, name: string, digits = 1) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits }).format(value);
  /** The smaller unit is left out where there is none of it. */
  const pair = (whole: string, rest: number, name: string) => (rest === 0 ? whole : `${whole} ${unit(rest, name)}`);
  const moment = (iso: string) =>
    new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(iso));
  return {
    number,
    bytes(value) {
      const steps = ['B', 'kB', 'MB', 'GB', 'TB'];
      let step = 0;
      let rest = value;
      while (rest >= 1000 && step < steps.length - 1) {
        rest /= 1000;
        step++;
      }
      return `${number(rest, rest < 10 && step > 0 ? 1 : 0)} ${steps[step]}`;
    },
    duration(ms) {
      if (ms < 1) return unit(ms, 'millisecond', 2);
      if (ms < 1000) return unit(ms, 'millisecond', 0);
      if (ms < 60_000) return unit(ms / 1000, 'second', ms < 10_000 ? 2 : 1);
      const minutes = Math.floor(ms / 60_000);
      if (minutes < 60) return pair(unit(minutes, 'minute'), Math.floor((ms % 60_000) / 1000), 'second');
      const hours = Math.floor(minutes / 60);
      if (hours < 48) return pair(unit(hours, 'hour'), minutes % 60, 'minute');
      return pair(unit(Math.floor(hours / 24), 'day'), hours % 24, 'hour');
    },
    moment,
    ago(iso, now = Date.now()) {
      const seconds = (new Date(iso).getTime() - now) / 1000;
      const size = Math.abs(seconds);
      if (size < 45) return relative.format(Math.round(seconds), 'second');
      if (size < 2700) return relative.format(Math.round(seconds / 60), 'minute');
      if (size < 79_200) return relative.format(Math.round(seconds / 3600), 'hour');
      if (size < 6 * 86_400) return relative.format(Math.round(seconds / 86_400), 'day');
      return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(iso));
    },
    usd(value) {
      const amount = Number(value);
      const size = Math.abs(amount);
      return `${amount < 0 ? '-' : ''}$${size !== 0 && size < 0.01 ? size.toPrecision(2) : size.toFixed(2)}`;
    },
  };
}
