/**
 * Builds the page into ../dist/page, where the gateway serves it, and runs it in development against a gateway
 * on another port. The output fits a policy without inline code: scripts, styles and fonts are files.
 */
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const GATEWAY = 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    // Data URIs would need wider rules for fonts and images.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': { target: GATEWAY, ws: true },
      '/health': GATEWAY,
    },
  },
});
