/** The page starts: texts, theme, the line to the core, then the gate. */
import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import './theme/tokens.css';
import './theme/global.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Boundary } from './components/Boundary.tsx';
import { watchCopies } from './core/clipboard.ts';
import { listenForCore } from './core/connection.ts';
import { watchJobs } from './core/jobs.ts';
import { watchEscape } from './core/password.ts';
import { queryClient, watchCore } from './core/queries.ts';
import { listenForShell } from './core/shell.ts';
import { Gate } from './frame/Gate.tsx';
import { startTexts } from './i18n/index.ts';
import { shareNonce, styleNonce } from './theme/nonce.ts';
import { schemeManager } from './theme/scheme.ts';
import { theme, variables } from './theme/theme.ts';

listenForCore();
listenForShell();
watchCopies();
watchCore();
watchEscape();
watchJobs();
shareNonce();
startTexts();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      colorSchemeManager={schemeManager}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={queryClient}>
        <Boundary>
          <Gate />
        </Boundary>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
