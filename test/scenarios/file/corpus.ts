/** Hostile scenario files: what is done to the template, and what a user is told. */
import { SCENARIO_TEMPLATE } from '../../../src/scenarios/file/template.js';

export interface HostileFile {
  readonly title: string;
  readonly text: string;
  readonly message: string;
}

function changed(from: string, to: string): string {
  if (!SCENARIO_TEMPLATE.includes(from)) throw new Error(`the template has no ${from}`);
  return SCENARIO_TEMPLATE.replace(from, to);
}

const nested = (depth: number): string =>
  '{ "op": "repeat", "times": 1000, "body": ['.repeat(depth) + ']}'.repeat(depth);

export const HOSTILE_FILES: readonly HostileFile[] = [
  { title: 'empty', text: '', message: 'my.json:1:1: expected a value, found the end of the file' },
  {
    title: 'cut off',
    text: SCENARIO_TEMPLATE.slice(0, 400),
    message: 'my.json:11:15: the string that begins here does not end',
  },
  { title: 'no object', text: '[]', message: 'my.json:1:1: expected an object, found a list' },
  {
    title: 'a value missing',
    text: changed('"title"', '"titel"'),
    message: 'my.json:1:1: title: it is missing',
  },
  {
    title: 'an unknown key',
    text: changed('"on": "first"', '"on": "first", "prority": 1'),
    message: "my.json:19:33: tasks[0].prority: unknown key 'prority'",
  },
  {
    title: 'an unknown operation',
    text: changed('"op": "spin"', '"op": "spni"'),
    message: `my.json:26:21: tasks[0].program[1].body[0].op: unknown "spni"; did you mean 'spin'?`,
  },
  {
    title: 'an unknown cpu',
    text: changed('"on": "first"', '"on": "frist"'),
    message: `my.json:19:13: tasks[0].on: unknown "frist"; did you mean 'first'?`,
  },
  {
    title: 'a number that is text',
    text: changed('"cpus": 2', '"cpus": "2"'),
    message: 'my.json:73:13: defaults.cpus: expected a number, found "2"',
  },
  {
    title: 'an unknown site',
    text: changed('"op": "publish", "site": "hot"', '"op": "publish", "site": "hto"'),
    message: "my.json:27:89: tasks[0].program[1].body[1].site: unknown site 'hto'; did you mean 'hot'?",
  },
  {
    title: 'a wait for a variable that nobody sets',
    text: changed('"op": "set", "variable": "published"', '"op": "set", "variable": "publishd"'),
    message:
      "my.json:60:38: tasks[2].program[0].body[2].until: it waits for 'published', which nobody sets; did you mean 'publishd'?",
  },
  {
    title: 'a wait for an event that nobody wakes',
    text: changed('"op": "wake", "event": "kthread-work"', '"op": "wake", "event": "kthread-wrk"'),
    message:
      "my.json:58:38: tasks[2].program[0].body[0].event: it waits for 'kthread-work', which nobody wakes; did you mean 'kthread-wrk'?",
  },
  {
    title: 'a breakpoint where there is no room for one',
    text: changed('"op": "publish", "site": "hot"', '"op": "set-breakpoint", "site": "hot"'),
    message:
      "my.json:27:96: tasks[0].program[1].body[1].site: 'set-breakpoint' is for a site with room for a breakpoint, and 'hot' has none",
  },
  {
    title: 'an unknown process',
    text: changed('"process": "kernel"', '"process": "kernal"'),
    message: "my.json:52:18: tasks[2].process: unknown process 'kernal'; did you mean 'kernel'?",
  },
  {
    title: 'a kernel thread that calls user code',
    text: changed(
      '{ "op": "add", "variable": "borrowed", "amount": 1 }',
      '{ "op": "call", "site": "hot", "times": 1 }',
    ),
    message: "my.json:59:13: tasks[2].program[0].body[1]: 'call' is not for a kernel thread",
  },
  {
    title: 'rounds inside rounds',
    text: changed('{ "op": "wake", "event": "kthread-work" }', '{ "op": "rounds", "body": [] }'),
    message: 'my.json:42:13: tasks[1].program[0].body[1]: rounds inside another step',
  },
  {
    title: 'a program bomb',
    text: changed('{ "op": "wake", "event": "kthread-work" }', nested(6)),
    message: 'my.json:15:12: tasks: the programs are',
  },
  {
    title: 'nested too deep',
    text: changed('{ "op": "wake", "event": "kthread-work" }', nested(40)),
    message: 'it is nested more than 64 deep',
  },
  {
    title: 'a prototype',
    text: changed('"title"', '"__proto__": { "title": "x" }, "titel"'),
    message: 'my.json:1:1: title: it is missing',
  },
  {
    title: 'a huge number',
    text: changed('"rounds": 100', '"rounds": 1e308'),
    message: 'defaults.rounds: ',
  },
];
