import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readPackageText } from '../../src/jit/packageFile.js';
import { assembleWat } from '../../src/jit/wabt.js';

const SLOT = 3;
const DOORBELL = 64;
const RESULT = 128;
const LAST = 1234;
const UNTOUCHED = -77;

type RunLoop = (slot: number, times: number, doorbell: number, last: number, result: number) => number;
type BareLoop = (slot: number, times: number) => number;

let runModule: WebAssembly.Module;
let bareModule: WebAssembly.Module;
let hookModule: WebAssembly.Module;
let memory: WebAssembly.Memory;
let words: Int32Array;
let table: WebAssembly.Table;
let run: RunLoop;

const compile = async (path: string): Promise<WebAssembly.Module> =>
  new WebAssembly.Module(await assembleWat(path, await readPackageText(path)));

beforeAll(async () => {
  runModule = await compile('wasm/run-loop.wat');
  bareModule = await compile('wasm/bare-loop.wat');
  const hook = '(module (func (import "unit" "call") (result i32)) (export "f" (func 0)))';
  hookModule = new WebAssembly.Module(await assembleWat('hook.wat', hook));
});

beforeEach(() => {
  memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true });
  words = new Int32Array(memory.buffer);
  words[RESULT / 4] = UNTOUCHED;
  table = new WebAssembly.Table({ initial: SLOT + 1, element: 'anyfunc' });
  run = new WebAssembly.Instance(runModule, { cpu: { memory, table } }).exports.run as RunLoop;
});

/** Installs a unit whose n-th call, from 1, gives `answer(n)`. @returns how often it was called. */
function install(answer: (call: number) => number): () => number {
  let calls = 0;
  const unit = { call: () => answer(++calls) };
  table.set(SLOT, new WebAssembly.Instance(hookModule, { unit }).exports.f);
  return () => calls;
}

describe('run-loop', () => {
  it.each([1, 2, 1000])('%i calls, each gives the last value: all made, returns 0', (times) => {
    const calls = install(() => LAST);
    expect(run(SLOT, times, DOORBELL, LAST, RESULT)).toBe(0);
    expect(calls()).toBe(times);
    expect(words[RESULT / 4]).toBe(UNTOUCHED);
  });

  it.each([0, -1, -(2 ** 31)])('%i calls: none made, returns 0', (times) => {
    const calls = install(() => LAST);
    expect(run(SLOT, times, DOORBELL, LAST, RESULT)).toBe(0);
    expect(calls()).toBe(0);
  });

  it('the doorbell rings before the first call: none made, all still to do', () => {
    const calls = install(() => LAST);
    words[DOORBELL / 4] = 1;
    expect(run(SLOT, 10, DOORBELL, LAST, RESULT)).toBe(10);
    expect(calls()).toBe(0);
  });

  it.each([1, -(2 ** 31)])('the doorbell rings with %i during the 4th of 10 calls: 6 still to do', (ring) => {
    const calls = install((call) => {
      if (call === 4) words[DOORBELL / 4] = ring;
      return LAST;
    });
    expect(run(SLOT, 10, DOORBELL, LAST, RESULT)).toBe(6);
    expect(calls()).toBe(4);
    expect(words[RESULT / 4]).toBe(UNTOUCHED);
  });

  it('the doorbell rings during the last call: all made, returns 0', () => {
    const calls = install((call) => {
      if (call === 10) words[DOORBELL / 4] = 1;
      return LAST;
    });
    expect(run(SLOT, 10, DOORBELL, LAST, RESULT)).toBe(0);
    expect(calls()).toBe(10);
  });

  it.each([
    [1, 9],
    [4, 6],
    [10, 0],
  ])('call %i of 10 gives another value: stored, %i still to do after it', (changing, left) => {
    const calls = install((call) => (call === changing ? -5 : LAST));
    const r = run(SLOT, 10, DOORBELL, LAST, RESULT);
    expect(r).toBeLessThan(0);
    expect(-r - 1).toBe(left);
    expect(calls()).toBe(changing);
    expect(words[RESULT / 4]).toBe(-5);
  });

  it('the doorbell rings during a call that gives another value: the value is reported first', () => {
    install(() => {
      words[DOORBELL / 4] = 1;
      return LAST + 1;
    });
    expect(run(SLOT, 10, DOORBELL, LAST, RESULT)).toBe(-10);
    expect(words[RESULT / 4]).toBe(LAST + 1);
  });

  it('an empty slot: traps', () => {
    expect(() => run(SLOT, 1, DOORBELL, LAST, RESULT)).toThrow(WebAssembly.RuntimeError);
  });
});

describe('bare-loop', () => {
  const bare = (): BareLoop =>
    new WebAssembly.Instance(bareModule, { cpu: { table } }).exports.run as BareLoop;

  it('5 calls: all made, gives the exclusive or of their values', () => {
    const calls = install((call) => call);
    expect(bare()(SLOT, 5)).toBe(1 ^ 2 ^ 3 ^ 4 ^ 5);
    expect(calls()).toBe(5);
  });

  it.each([0, -1])('%i calls: none made', (times) => {
    const calls = install(() => LAST);
    expect(bare()(SLOT, times)).toBe(0);
    expect(calls()).toBe(0);
  });
});
