import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nativeAvailability } from '../../src/engines/native/availability.js';
import { listSchema } from '../../src/report/listSchema.js';
import { COLUMNS, coresync, linesOf, outcomeOf, start } from './commandLine.js';

describe('list', () => {
  it('--json: one document by the schema, and every file on the shelves is in it', async () => {
    const { status, stdout, stderr } = await coresync('list', '--json');
    expect(status).toBe(0);
    expect(stderr).toBe('');
    const document = listSchema.parse(JSON.parse(stdout));
    const names = (entries: readonly { name: string }[]): string[] => entries.map((entry) => entry.name);
    expect(names(document.policies)).toEqual(shelf('policies'));
    expect(names(document.profiles)).toEqual(shelf('hw/arch'));
    expect(names(document.protocols)).toEqual(shelf('jit/protocols'));
    expect(names(document.costs)).toEqual(shelf('hw/costs'));
    expect(names(document.scenarios)).toContain('kthread-return');
    expect(names(document.engines)).toEqual(['threads', 'virtual', 'native']);
    expect(names(document.kernels)).toEqual(['rfc-2017', '4.16', '5.4', '5.10', '6.1', '6.x']);
    expect(document.engines.find((engine) => engine.name === 'virtual')).toMatchObject({ available: true });
    for (const engine of document.engines) expect(engine.available).toBe(engine.reason === undefined);
    const ids = document.barriers.map((barrier) => barrier.id);
    expect(ids).toContain('membarrier-entry');
    for (const { pairsWith } of document.barriers) {
      for (const partner of pairsWith) expect(ids).toContain(partner);
    }
  });

  it('as text: the same names in 80 columns', async () => {
    const { status, stdout } = await coresync('list');
    expect(status).toBe(0);
    for (const line of linesOf(stdout)) expect(line.length).toBeLessThanOrEqual(COLUMNS);
    for (const name of [
      'kthread-return',
      'registered',
      'sync-core',
      'x86-64',
      'threads',
      'rfc-2017',
      'kvm-x86-64',
      'membarrier-entry',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    const native = await nativeAvailability();
    if (native === true) expect(stdout).not.toContain('not available: ');
    else expect(stdout.replace(/\s+/g, ' ')).toContain(`native not available: ${native}`);
  });

  it('where koffi is not installed: which engine needs it, and why it cannot run', async () => {
    const { status, stdout } = await outcomeOf(start(['list', '--json'], { hidesKoffi: true }));
    expect(status).toBe(0);
    const { engines } = listSchema.parse(JSON.parse(stdout));
    expect(engines.filter(({ available }) => !available)).toMatchObject([
      {
        name: 'native',
        reason: expect.stringMatching(/^koffi cannot be loaded: no such module$|^the host is /),
      },
    ]);
  });
});

function shelf(directory: string): string[] {
  return readdirSync(new URL(`../../src/${directory}/`, import.meta.url))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();
}
