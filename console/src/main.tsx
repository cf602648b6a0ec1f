import '@mantine/core/styles.css';
import './shell/global.css';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { asApiError } from './api/errors';
import { SessionProvider } from './api/session';
import { App } from './App';
import { LanguageProvider } from './i18n/language';
import { theme, variables } from './shell/theme';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 3_000,
      retry: (failures, error) => failures < 2 && asApiError(error).retryable,
    },
  },
});

const root = document.getElementById('root');
if (!root) throw new Error('no #root in the page');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <LanguageProvider>
        <QueryClientProvider client={client}>
          <SessionProvider>
            <App />
          </SessionProvider>
        </QueryClientProvider>
      </LanguageProvider>
    </MantineProvider>
  </StrictMode>,
);
