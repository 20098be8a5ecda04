/** Starts the page. */
import './services/schemaSetup.js';
import './styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.js';
import { createBackend } from './app/backend.js';
import { applySettings } from './stores/settings.js';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id "root"');
applySettings(document.documentElement);
createRoot(root).render(
  <StrictMode>
    <App backend={createBackend()} />
  </StrictMode>,
);
