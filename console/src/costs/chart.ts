import type { Costs } from '../api/money';

export interface Part {
  /** Index into [Series]. */
  series: number;
  usd: number;
  /** Share of the chart's height, from the bottom. */
  from: number;
  height: number;
}

export interface Bar {
  start: string;
  usd: number;
  unknown: number;
  parts: Part[];
}

export interface Series {
  name: string | undefined;
  others?: boolean;
}

export interface Chart {
  series: Series[];
  bars: Bar[];
  /** Dollars at the top. */
  top: number;
  ticks: number[];
}

/** How many groups have a colour of their own. */
export const COLOURS = 6;

const steps = { hour: 3_600_000, day: 86_400_000 } as const;

/** The smallest of 1, 2, 5 times a power of ten that holds a number. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const found = [1, 2, 5, 10].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10;
  return Number((found * power).toPrecision(1));
}

/** Stacked bars, one for each hour or day of the time, those without calls included. */
export function chartOf(costs: Costs): Chart {
  const step = steps[costs.interval ?? 'day'];
  const shown = costs.groups.slice(0, COLOURS);
  const rest = [...costs.groups.slice(COLOURS), ...(costs.others ? [costs.others] : [])];
  const series: Series[] = [...shown.map(({ name }) => ({ name })), ...(rest.length > 0 ? [{ name: undefined, others: true }] : [])];
  const bars = new Map<number, { usd: number[]; unknown: number }>();
  const first = Math.floor(Date.parse(costs.from) / step) * step;
  for (let at = first; at < Date.parse(costs.until); at += step) bars.set(at, { usd: series.map(() => 0), unknown: 0 });
  const add = (index: number, points: Costs['groups'][number]['points']) => {
    for (const { start, sum } of points) {
      const bar = bars.get(Date.parse(start));
      if (!bar) continue;
      bar.usd[index] = (bar.usd[index] ?? 0) + Number(sum.cost_usd ?? 0);
      bar.unknown += sum.unknown_cost_calls;
    }
  };
  shown.forEach(({ points }, index) => add(index, points));
  rest.forEach(({ points }) => add(shown.length, points));
  const sums = [...bars.values()].map(({ usd }) => usd.reduce((all, one) => all + one, 0));
  const top = roundUp(Math.max(0, ...sums));
  return {
    series,
    top,
    ticks: [0, top / 2, top],
    bars: [...bars].map(([at, { usd, unknown }]) => {
      let from = 0;
      const parts = usd.flatMap((amount, index) => {
        const part = { series: index, usd: amount, from, height: amount / top };
        from += part.height;
        return amount > 0 ? [part] : [];
      });
      return { start: new Date(at).toISOString(), usd: usd.reduce((all, one) => all + one, 0), unknown, parts };
    }),
  };
}
