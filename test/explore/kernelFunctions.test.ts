import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { explored } from './situations.js';

/** Every function that is written in a folder of the shim. */
function functionsIn(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  const texts = files.map((file) => readFileSync(`${folder}/${file}`, 'utf8'));
  return texts.flatMap((text) =>
    Array.from(text.matchAll(/(?:function\*?|\*) (\w+)\(/g), ([, name]) => name!),
  );
}

it('a step of a witness names the function of the kernel that makes it', async () => {
  const known = new Set([...functionsIn('src/kernel'), ...functionsIn('src/policies')]);
  const named = new Set<string>();
  for (const [scenario, policy] of [
    ['kthread-return', 'none'],
    ['flag-left-behind', 'deferred-task'],
    ['interrupt-reschedules', 'deferred-ipi-task'],
    ['fork-inherit', 'none'],
    ['icache-migration', 'none'],
  ] as const) {
    const { witness } = await explored({ scenario, policy });
    expect(witness).toBeDefined();
    for (const { what } of witness!.steps) {
      // Not what is said of a barrier, or of user code and its variables.
      const [, by, on] = /^(\w+): \w+ (.*)$/.exec(what) ?? [];
      if (by === undefined || on!.startsWith("'")) continue;
      expect(known).toContain(by);
      named.add(by);
    }
  }
  expect([...named]).toEqual(
    expect.arrayContaining(['schedule', 'contextSwitch', 'finishTaskSwitch', 'smpCallFunctionMany']),
  );
});
