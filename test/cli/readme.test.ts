import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { policyNames, profileNames, protocolNames, scenarioNames } from '../../src/engines/catalogue.js';
import { packageFile } from '../../src/jit/packageFile.js';
import { ORDERING_POINTS } from '../../src/kernel/orderingPoints.js';
import { FOUR_STATIONS } from '../../src/report/fourStations.js';
import { coresync } from './commandLine.js';

const README = readFileSync(packageFile('README.md'), 'utf8');

/** First cells of the table whose head begins with `title`. */
function namesUnder(title: string): string[] {
  const [, rows = ''] = README.split(new RegExp(`^\\| ${title} \\|.*\\n\\|[-|]+\\n`, 'm'));
  return [...rows.slice(0, rows.search(/\n[^|]/)).matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name!);
}

describe('the README', () => {
  it.each([
    ['scenario', scenarioNames()],
    ['policy', policyNames()],
    ['profile', profileNames()],
  ])('its table by %s names what there is', (title, known) => {
    const names = namesUnder(title);
    expect(names.length).toBeGreaterThanOrEqual(3);
    for (const name of names) expect(known).toContain(name);
  });

  it('its commands name what there is', async () => {
    const { stdout: help } = await coresync('run', '--help');
    const commands = [...README.matchAll(/^coresync run (\S+)([^#\n]*)/gm)];
    expect(commands.length).toBeGreaterThanOrEqual(5);
    const values: Readonly<Record<string, readonly string[]>> = {
      policy: policyNames(),
      arch: profileNames(),
      protocol: protocolNames(),
      without: ORDERING_POINTS.map((point) => point.id),
    };
    for (const [, scenario, rest = ''] of commands) {
      expect(scenarioNames()).toContain(scenario);
      for (const [, option = '', value] of rest.matchAll(/--(\S+)(?: ([a-z]\S*))?/g)) {
        expect(help).toMatch(new RegExp(`^ +--${option} `, 'm'));
        if (values[option]) expect(values[option]).toContain(value);
      }
    }
  });

  it('its picture is the one of the tour', () => {
    expect(README).toContain(FOUR_STATIONS);
  });
});
