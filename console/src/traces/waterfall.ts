import type { Call, Span, Trace } from '../api/types';

/** A line of the waterfall: a span or a model call, where it stands in the tree and on the time axis. */
export interface Step {
  id: string;
  name: string;
  kind: 'span' | 'call';
  depth: number;
  /** Milliseconds since the trace began; never negative, though clocks of several machines may say so. */
  from: number;
  took: number;
  failed: boolean;
  span?: Span;
  call?: Call;
}

export interface Waterfall {
  steps: Step[];
  total: number;
  start: number;
}

/**
 * Orders spans and calls as a tree, each below what began it, brothers by time. A step whose parent is not in the trace
 * (sampled away, or still running) stands at the top; a circle of parents, which no honest trace has, is cut open.
 */
export function waterfall(trace: Trace): Waterfall {
  const all = [...trace.spans.map(ofSpan), ...trace.calls.map(ofCall)];
  const starts = all.map((one) => one.at).filter(Number.isFinite);
  const start = starts.length > 0 ? Math.min(...starts) : 0;
  const known = new Map(trace.spans.map((span) => [span.span, `span ${span.span}`]));
  const children = new Map<string, typeof all>();
  const tops: typeof all = [];
  for (const one of all.sort((a, b) => a.at - b.at)) {
    const above = one.parent !== undefined ? known.get(one.parent) : undefined;
    if (above === undefined || above === one.step.id) tops.push(one);
    else children.set(above, [...(children.get(above) ?? []), one]);
  }
  const steps: Step[] = [];
  const seen = new Set<string>();
  const visit = (one: (typeof all)[number], depth: number) => {
    if (seen.has(one.step.id)) return;
    seen.add(one.step.id);
    steps.push({ ...one.step, depth, from: Math.max(0, (Number.isFinite(one.at) ? one.at : start) - start) });
    for (const child of children.get(one.step.id) ?? []) visit(child, depth + 1);
  };
  tops.forEach((one) => visit(one, 0));
  all.forEach((one) => visit(one, 0));
  return { steps, start, total: Math.max(1, ...steps.map((step) => step.from + step.took)) };
}

function ofSpan(span: Span) {
  const step: Step = { id: `span ${span.span}`, name: span.name, kind: 'span', depth: 0, from: 0, took: span.took_ms ?? 0, failed: span.error !== undefined, span };
  return { step, at: Date.parse(span.start), parent: span.parent };
}

function ofCall(call: Call) {
  const name = call.model ?? call.requested ?? call.kind;
  const step: Step = { id: `call ${call.id}`, name, kind: 'call', depth: 0, from: 0, took: call.took_ms ?? 0, failed: call.error !== undefined, call };
  // A call stands below the span that made it; where only its own span is named, that span is the place.
  return { step, at: Date.parse(call.at), parent: call.parent ?? call.span };
}

/** About five round marks for a time axis of this length, none so near its end that its label would be cut. */
export function ticks(total: number): number[] {
  const rough = total / 5;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1e-6)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const marks: number[] = [];
  for (let at = 0; at <= total * 0.9; at += step) marks.push(at);
  return marks;
}
