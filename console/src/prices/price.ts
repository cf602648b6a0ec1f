import type { Price, PriceTier } from '../api/money';
import { en, type MessageKey } from '../i18n/en';
import type { Formats, Translate } from '../i18n/format';

export type Standing = 'now' | 'later' | 'past';

/** Prices with whether each is the one that holds, by model and the latest first. */
export function standings(prices: Price[], now: number): (Price & { standing: Standing })[] {
  const held = new Map<string, Price>();
  for (const price of prices) {
    if (Date.parse(price.from) > now) continue;
    const before = held.get(price.model);
    if (!before || rank(price) > rank(before)) held.set(price.model, price);
  }
  return prices
    .map((price) => ({ ...price, standing: Date.parse(price.from) > now ? ('later' as const) : held.get(price.model) === price ? ('now' as const) : ('past' as const) }))
    .sort((a, b) => a.model.localeCompare(b.model) || Date.parse(b.from) - Date.parse(a.from));
}

/** What a tenant declared holds before what comes with the program. */
function rank(price: Price): number {
  return Date.parse(price.from) + (isOwn(price) ? 1e15 : 0);
}

export const isOwn = (price: Price) => price.source === 'set by the tenant';

/** A decimal number of dollars as the API wants it, or undefined. */
export function amount(text: string): string | undefined {
  const trimmed = text.trim().replace(',', '.');
  return /^\d{1,9}(\.\d{1,9})?$/.test(trimmed) ? trimmed : undefined;
}

const rates = { audio_input_usd_per_million: 'prices.audio.in', audio_output_usd_per_million: 'prices.audio.out' } as const;
const tierRates = { input_usd_per_million: 'prices.input', output_usd_per_million: 'prices.output', cached_input_usd_per_million: 'prices.cached', cache_write_usd_per_million: 'prices.write' } as const;
const known = ['model', 'from', 'source', 'standing', 'tiers', 'units_usd', ...Object.keys(tierRates), ...Object.keys(rates)];

/** What a price has besides those of tokens: sound, tiers, units; and what a newer server says, as it says it. */
export function extras(price: Price, t: Translate, format: Formats): [string, string][] {
  const sound = Object.entries(rates).flatMap(([field, label]): [string, string][] => (typeof price[field] === 'string' ? [[t(label), `$${price[field]}`]] : []));
  const tiers = (price.tiers ?? []).map((tier): [string, string] => [
    t('prices.tier.line', { n: format.number(tier.above_tokens) }),
    Object.entries(tierRates).flatMap(([field, label]) => (tier[field as keyof PriceTier] === undefined ? [] : [`${t(label)} $${tier[field as keyof PriceTier]}`])).join(' · '),
  ]);
  const units = Object.entries(price.units_usd ?? {}).map(([name, usd]): [string, string] => {
    const [kind = '', ...which] = name.split('/');
    const key = `prices.unit.${kind}`;
    return [[key in en ? t(key as MessageKey) : kind, ...which].join(' '), `$${usd}`];
  });
  const others = Object.entries(price)
    .filter(([name, value]) => !known.includes(name) && value !== null && value !== undefined && !(typeof value === 'object' && Object.keys(value).length === 0))
    .map(([name, value]): [string, string] => [name.replaceAll('_', ' '), typeof value === 'object' ? JSON.stringify(value) : String(value)]);
  return [...sound, ...tiers, ...units, ...others];
}
