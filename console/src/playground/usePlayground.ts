import { useCallback, useEffect, useRef, useState } from 'react';
import { useSession } from '../api/session';
import { bodyOf, nothing, type Settings } from './request';
import { ask, type Run } from './run';

export const MOST_COLUMNS = 4;

export interface Column {
  id: number;
  model: string;
  run?: Run;
}

interface Kept {
  settings: Settings;
  columns: Column[];
}

/*
 * What somebody typed outlives the screen but not the page, and is nobody else's: it is kept in memory, by who is signed
 * in. Prompts are not for a browser's storage.
 */
const kept = new Map<string, Kept>();
let next = 1;

const column = (model: string): Column => ({ id: next++, model });

/** The question, the columns and what comes of them. */
export function usePlayground(models: string[]) {
  const { principal, may } = useSession();
  const before = kept.get(principal.id);
  const [settings, setSettings] = useState<Settings>(before?.settings ?? nothing);
  const [columns, setColumns] = useState<Column[]>(before?.columns ?? []);
  const running = useRef(new Map<number, AbortController>());

  // The first columns, as soon as it is known what can be asked.
  if (columns.length === 0 && models.length > 0) setColumns(models.slice(0, 2).map(column));

  useEffect(() => {
    kept.clear();
    kept.set(principal.id, { settings, columns: columns.map((one) => (isRunning(one) ? { id: one.id, model: one.model } : one)) });
  }, [principal.id, settings, columns]);
  // Leaving the screen ends what runs, and with it what the upstreams would go on to charge.
  useEffect(() => {
    const controllers = running.current;
    return () => controllers.forEach((one) => one.abort());
  }, []);

  const change = useCallback((id: number, part: Partial<Column>) => setColumns((all) => all.map((one) => (one.id === id ? { ...one, ...part } : one))), []);
  const stop = useCallback((id: number) => running.current.get(id)?.abort(), []);

  const run = useCallback((id: number, model: string) => {
    running.current.get(id)?.abort();
    const controller = new AbortController();
    running.current.set(id, controller);
    void ask(bodyOf(model, settings), controller.signal, may('traces.read'), (told) => {
      if (running.current.get(id) === controller) change(id, { run: told });
    });
  }, [change, may, settings]);

  return {
    settings,
    set: (part: Partial<Settings>) => setSettings((all) => ({ ...all, ...part })),
    columns,
    choose: (id: number, model: string) => {
      stop(id);
      running.current.delete(id);
      setColumns((all) => all.map((one) => (one.id === id ? { id, model } : one)));
    },
    add: () => setColumns((all) => (all.length < MOST_COLUMNS ? [...all, column(models.find((model) => all.every((one) => one.model !== model)) ?? models[0] ?? '')] : all)),
    remove: (id: number) => {
      stop(id);
      running.current.delete(id);
      setColumns((all) => all.filter((one) => one.id !== id));
    },
    run,
    runAll: () => columns.filter((one) => one.model !== '').forEach((one) => run(one.id, one.model)),
    stop,
    stopAll: () => running.current.forEach((one) => one.abort()),
    busy: columns.some(isRunning),
  };
}

export function isRunning({ run }: Column): boolean {
  return run?.state === 'asking' || run?.state === 'streaming';
}
