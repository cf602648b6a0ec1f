import { useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { api, setCsrf, whenSignedOut } from './client';
import { asApiError, type ApiError } from './errors';
import type { Session } from './types';

type State =
  | { is: 'asking' }
  | { is: 'unreachable'; error: ApiError }
  | { is: 'signed-out' }
  | { is: 'signed-in'; session: Session };

interface SessionDoor {
  state: State;
  signIn: (key: string) => Promise<void>;
  signOut: () => Promise<void>;
  retry: () => void;
}

const Context = createContext<SessionDoor | undefined>(undefined);

/** Holds who is signed in; everything below may use [useSession]. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<State>({ is: 'asking' });
  const client = useQueryClient();

  const enter = useCallback((session: Session) => {
    setCsrf(session.csrf);
    setState({ is: 'signed-in', session });
  }, []);

  const ask = useCallback(() => {
    api.get<Session>('sessions/current').then(enter, (thrown) => {
      const error = asApiError(thrown);
      setState(error.status === 401 ? { is: 'signed-out' } : { is: 'unreachable', error });
    });
  }, [enter]);

  useEffect(() => {
    whenSignedOut(() => {
      client.clear();
      setState({ is: 'signed-out' });
    });
    ask();
  }, [ask, client]);

  const door = useMemo<SessionDoor>(
    () => ({
      state,
      signIn: async (key) => enter(await api.post<Session>('sessions', { key })),
      signOut: async () => {
        await api.delete('sessions/current');
        setCsrf('');
        client.clear();
        setState({ is: 'signed-out' });
      },
      retry: () => {
        setState({ is: 'asking' });
        ask();
      },
    }),
    [ask, client, enter, state],
  );
  return <Context.Provider value={door}>{children}</Context.Provider>;
}

export function useSessionDoor(): SessionDoor {
  const door = useContext(Context);
  if (!door) throw new Error('no SessionProvider above');
  return door;
}

/** The session of a page that only signed-in people see. */
export function useSession(): Session & { may: (right: string) => boolean } {
  const { state } = useSessionDoor();
  if (state.is !== 'signed-in') throw new Error('not signed in');
  return { ...state.session, may: (right) => state.session.rights.includes(right) };
}
