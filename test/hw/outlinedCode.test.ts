import { describe, expect, it } from 'vitest';
import { loadOutlining } from '../../src/engines/runLoop.js';
import { IRQ_CALL_FUNCTION } from '../../src/hw/doorbell.js';
import { OutlinedCode } from '../../src/hw/outlinedCode.js';
import { OUTLINE_IMPORTS, outlineText, POLL_IMPORT, patchImport } from '../../src/jit/outline.js';
import { immediateOf, versionAt } from '../../src/jit/version.js';
import { emptyUnits, machineWith, storeVersion, type TestMachine } from './machine.js';

const TIMES = 100_000;
/** Executes its patch point so many times in one call. */
const MANY_TIMES = `(module (func (export "run") (result i32) (local $left i32) (local $sum i32)
  (local.set $left (i32.const ${TIMES}))
  (loop $again
    (local.set $sum (i32.add (local.get $sum)
      (@metadata.code.patch "key") (i32.const 100)))
    (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
  (local.get $sum)))`;

type Run = readonly [value: number, count: number];

interface Called {
  readonly machine: TestMachine;
  readonly runs: readonly Run[];
  readonly attended: number;
}

/** Calls the function once; `attend` is what is done when the doorbell is answered. */
async function call(
  bell: number,
  attend: (machine: TestMachine, code: OutlinedCode) => void = () => {},
): Promise<Called> {
  const machine = await machineWith('x86-64', 1, await emptyUnits(1));
  const { bytes, points } = await outlineText(MANY_TIMES, 'many.wat');
  const code = new OutlinedCode({
    cpu: 0,
    layout: machine.hw,
    memory: machine.memory,
    path: machine.fetchPaths[0]!,
    program: {
      modules: [
        {
          file: 'many.wat',
          module: new WebAssembly.Module(bytes),
          imports: OUTLINE_IMPORTS,
          pollImport: POLL_IMPORT,
          points: points.map(({ first, values }, n) => ({
            importName: patchImport(n),
            unit: 0,
            first,
            values,
          })),
        },
      ],
      functions: [{ unit: 0, module: 0, exportName: 'run' }],
      ...(await loadOutlining()),
    },
    versionAt,
  });
  const runs: Run[] = [];
  let attended = 0;
  machine.words[machine.hw.cpu.doorbell(0)] = bell;
  code.call(0, {
    executed: (_, value, count) => runs.push([value, count]),
    attend: () => {
      /* The first is that of the entry. */
      if (++attended === 3) {
        machine.words[machine.hw.cpu.doorbell(0)] = 0;
        attend(machine, code);
      }
    },
  });
  return { machine, runs, attended };
}

/** The runs, joined where a report came in between and the value stayed. */
function joined(runs: readonly Run[]): Run[] {
  const all: [value: number, count: number][] = [];
  for (const [value, count] of runs) {
    const last = all.at(-1);
    if (last?.[0] === value) last[1] += count;
    else all.push([value, count]);
  }
  return all;
}

describe('a function with an outlined patch point', () => {
  it('reports each execution of it, in one run while nothing changes', async () => {
    const { runs, attended } = await call(0);
    expect(runs).toEqual([[immediateOf(0), TIMES]]);
    expect(attended).toBe(0);
  });

  it('goes on with what is decoded when the site is patched and nothing serializes', async () => {
    const { runs } = await call(IRQ_CALL_FUNCTION, (machine) => storeVersion(machine, 0, 1));
    expect(joined(runs)).toEqual([[immediateOf(0), TIMES]]);
  });

  it('fetches anew in the same call after a serialization', async () => {
    const { runs, attended } = await call(IRQ_CALL_FUNCTION, (machine, code) => {
      storeVersion(machine, 0, 1);
      code.serialize();
    });
    expect(attended).toBe(3);
    const [before, after, ...others] = joined(runs);
    expect(before).toEqual([immediateOf(0), expect.any(Number)]);
    expect(after).toEqual([immediateOf(1), TIMES - before![1]]);
    expect(before![1]).toBeLessThan(TIMES / 10);
    expect(others).toEqual([]);
  });
});
