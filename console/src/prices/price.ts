import type { Price } from '../api/money';

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

const known = ['model', 'input_usd_per_million', 'output_usd_per_million', 'cached_input_usd_per_million', 'cache_write_usd_per_million', 'from', 'source', 'standing'];

/** What a price has besides those of tokens: tiers, images, seconds of audio. */
export function extras(price: Price): [string, string][] {
  return Object.entries(price)
    .filter(([name, value]) => !known.includes(name) && value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => [name.replaceAll('_', ' '), typeof value === 'object' ? JSON.stringify(value) : String(value)]);
}
