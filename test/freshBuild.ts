/** Before all tests: they test the build, as users get it, so it must not be older than its sources. */
import { fileURLToPath } from 'node:url';
import { staleSources } from './staleSources.js';

export function setup(): void {
  const stale = staleSources(fileURLToPath(new URL('../', import.meta.url)), ['src', 'workers']);
  if (stale.length > 0) throw new Error(`the build is old or missing (${stale[0]}); run: npm run build`);
}
