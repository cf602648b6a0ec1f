import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { stream } from '../api/client';
import { asApiError, problemOf, type ApiError } from '../api/errors';
import { paths, useConversation } from '../api/queries';
import type { Answer, Retrieval, Turn } from '../api/types';

export interface ShownTurn extends Turn {
  state: 'done' | 'streaming' | 'stopped' | 'failed';
  error?: ApiError;
}

interface Thread {
  turns: ShownTurn[];
  busy: boolean;
  ask: (collection: string, question: string, retrieval: Retrieval) => Promise<void>;
  stop: () => void;
  loading: boolean;
  collection: string | undefined;
  error: unknown;
  reload: () => void;
}

/**
 * One conversation on the screen: what the server kept of it, and what is being asked now. `opened` is told the id that a
 * new conversation got, so that the address can follow.
 */
export function useThread(id: string | undefined, opened: (id: string) => void): Thread {
  const client = useQueryClient();
  const [turns, setTurns] = useState<ShownTurn[]>([]);
  const [busy, setBusy] = useState(false);
  // The conversation that `turns` belong to; one that was begun here is not loaded again.
  const [held, setHeld] = useState<string>();
  const running = useRef<AbortController>(undefined);
  const kept = useConversation(id !== undefined && id !== held ? id : undefined);

  const change = useCallback((part: (last: ShownTurn) => Partial<ShownTurn>) => {
    setTurns((all) => {
      const last = all.at(-1);
      return last ? [...all.slice(0, -1), { ...last, ...part(last) }] : all;
    });
  }, []);

  if (id === undefined && held !== undefined && !busy) {
    setHeld(undefined);
    setTurns([]);
  }
  if (id !== undefined && id !== held && kept.data?.id === id) {
    setHeld(id);
    setTurns(kept.data.turns.map((turn) => ({ ...turn, state: 'done' })));
  }

  // Going to another conversation stops the answer of this one; its first address does not.
  const address = useRef(id);
  useEffect(() => {
    if (address.current !== id && id !== held) {
      running.current?.abort();
      setBusy(false);
    }
    address.current = id;
  }, [id, held]);
  useEffect(() => () => running.current?.abort(), []);

  const ask = useCallback(
    async (collection: string, question: string, retrieval: Retrieval) => {
      const controller = new AbortController();
      running.current = controller;
      const mine = () => running.current === controller && !controller.signal.aborted;
      setBusy(true);
      const now = new Date().toISOString();
      setTurns((all) => [
        ...all,
        { by: 'user', text: question, at: now, state: 'done' },
        { by: 'application', text: '', at: now, state: 'streaming' },
      ]);
      const body = { question, retrieval, stream: true, ...(id !== undefined && { conversation: id }) };
      let ended = false;
      try {
        for await (const event of stream('POST', `${paths.collection(collection)}/ask`, body, controller.signal)) {
          if (!mine()) break;
          if (event.event === 'start') {
            const { trace, conversation } = event.data as { trace?: string; conversation?: string };
            if (trace) change(() => ({ trace }));
            if (conversation && conversation !== id) {
              setHeld(conversation);
              opened(conversation);
            }
          } else if (event.event === 'text') {
            const piece = (event.data as { text: string }).text;
            change((last) => ({ text: last.text + piece }));
          } else if (event.event === 'done') {
            const answer = event.data as Answer;
            ended = true;
            change((last) => ({
              text: answer.answer,
              answer_kind: answer.answer_kind,
              citations: answer.citations,
              trace: answer.trace ?? last.trace ?? '',
              state: 'done',
            }));
          } else if (event.event === 'error') {
            const problem = event.data as { status?: number };
            throw problemOf(problem.status ?? 500, problem);
          }
        }
        if (!ended && mine()) throw problemOf(0, { code: 'stream_ended' });
      } catch (thrown) {
        if (mine()) change(() => ({ state: 'failed', error: asApiError(thrown) }));
      }
      if (running.current !== controller) return;
      if (controller.signal.aborted && !ended) change((last) => (last.state === 'streaming' ? { state: 'stopped' } : {}));
      setBusy(false);
      void client.invalidateQueries({ queryKey: ['conversations'] });
      void client.removeQueries({ queryKey: ['conversation'] });
    },
    [change, client, id, opened],
  );

  return {
    turns,
    busy,
    ask,
    stop: () => running.current?.abort(),
    loading: id !== undefined && id !== held && kept.isLoading,
    collection: kept.data?.collection,
    error: id !== undefined && id !== held ? kept.error : null,
    reload: () => void kept.refetch(),
  };
}
