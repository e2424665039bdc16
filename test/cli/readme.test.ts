import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  overlayNames,
  policyNames,
  profileNames,
  protocolNames,
  reactionNames,
  scenarioNames,
} from '../../src/engines/catalogue.js';
import { ENGINES } from '../../src/engines/engines.js';
import { packageFile } from '../../src/jit/packageFile.js';
import { KERNEL_PRESETS } from '../../src/kernel/kernelPresets.js';
import { ORDERING_POINTS } from '../../src/kernel/orderingPoints.js';
import { FOUR_STATIONS } from '../../src/report/fourStations.js';
import { COLUMNS, coresync, linesOf } from './commandLine.js';

const README = readFileSync(packageFile('README.md'), 'utf8');
/** What stands between fences: by the word behind the first one. */
const FENCED = [...README.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, kind, text]) => ({
  kind,
  text: text!,
}));
const fenced = (kind: string): string[] => FENCED.filter((one) => one.kind === kind).map(({ text }) => text);
const CODE = fenced('').join('\n');

/** Longer than a terminal is wide; JSON, and what cannot be folded, may be. */
const isWide = (line: string): boolean =>
  line.length > COLUMNS && /\s\S/.test(line.trim()) && !/^[ {}[\]]*"/.test(line);

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
      kernel: KERNEL_PRESETS.map((kernel) => kernel.name),
      engine: ENGINES.map((engine) => engine.name),
      arch: profileNames(),
      protocol: protocolNames(),
      overlay: overlayNames(),
      reaction: reactionNames(),
      without: ORDERING_POINTS.map((point) => point.id),
    };
    for (const [, scenario, rest = ''] of commands) {
      if (scenario?.endsWith('.wat')) expect(existsSync(packageFile(scenario))).toBe(true);
      else expect(scenarioNames()).toContain(scenario);
      for (const [, option = '', value] of rest.matchAll(/--(\S+)(?: ([a-z0-9]\S*))?/g)) {
        expect(help).toMatch(new RegExp(`^ +--${option} `, 'm'));
        if (values[option]) expect(values[option]).toContain(value);
      }
    }
  });

  it('its commands do what it says, and print what it shows', async () => {
    const printed: string[] = [];
    const commands = [...CODE.matchAll(/^coresync ([^#\n]*)(?:#.*?\bexit (\d))?/gm)];
    expect(commands.length).toBeGreaterThanOrEqual(10);
    const left = commands[Symbol.iterator]();
    // Two at a time, each of which takes the next where it is done.
    const runSome = async (): Promise<void> => {
      for (const [, command = '', exit] of left) {
        const { status, stdout, stderr } = await coresync(...command.trim().split(/ +/));
        expect([command, stderr]).toEqual([command, '']);
        expect([command, status]).toEqual([command, exit === undefined ? expect.any(Number) : Number(exit)]);
        expect([0, 1]).toContain(status);
        if (stdout.startsWith('|')) expect(README).toContain(stdout);
        else expect([command, linesOf(stdout).filter(isWide)]).toEqual([command, []]);
        printed.push(stdout);
      }
    };
    await Promise.all([runSome(), runSome()]);
    expect(printed).toHaveLength(commands.length);
    const shown = fenced('text');
    expect(shown.length).toBeGreaterThanOrEqual(2);
    for (const text of shown) expect(printed.filter((output) => output.includes(text))).toHaveLength(1);
  }, 600_000);

  it('it has every policy', () => {
    expect(namesUnder('policy').sort()).toEqual(policyNames());
  });

  it('its picture is the one of the tour', () => {
    expect(README).toContain(FOUR_STATIONS);
  });
});
