/** What `coresync init` writes: the hazard kthread-return as a scenario file, with comments. */

export const SCENARIO_TEMPLATE = `{
  "// 1": "Keys that begin with two slashes are comments. For completion in an editor:",
  "// 2": "coresync schema > coresync.schema.json",
  "$schema": "./coresync.schema.json",

  "title": "kernel thread -> user thread of the mm that is still loaded",

  "// processes": "Address spaces. The process 'kernel' stands for kernel threads.",
  "processes": ["jit"],

  "// sites": "Places in the code that are patched; each publication makes a new version. With a key code, like my.wat, a site is the patch point of its name in a function of your own.",
  "sites": [{ "name": "hot" }],

  "// tasks": "Each has a cpu (first, second, third, last), or a copy on each other cpu (peers).",
  "tasks": [
    {
      "name": "jit",
      "process": "jit",
      "on": "first",
      "program": [
        { "op": "membarrier", "command": "register-sync-core" },
        {
          "// rounds": "As often as --rounds says. perRound grows with them: 1, 2, 3, ...",
          "op": "rounds",
          "body": [
            { "op": "spin", "until": "borrowed", "atLeast": { "perRound": 1, "timesPeers": true } },
            { "// publish": "The writer steps of --protocol.", "op": "publish", "site": "hot" },
            { "op": "set", "variable": "published", "to": { "perRound": 1 } }
          ]
        }
      ]
    },
    {
      "name": "executor",
      "process": "jit",
      "on": "peers",
      "program": [
        {
          "op": "rounds",
          "body": [
            { "op": "call", "site": "hot", "times": "callsPerRound" },
            { "op": "wake", "event": "kthread-work" },
            { "op": "wait", "event": "executor-work", "signals": { "perRound": 1 } }
          ]
        },
        { "op": "call", "site": "hot", "times": "callsPerRound" }
      ]
    },
    {
      "// kworker": "While it runs, the executor's address space stays loaded on the cpu.",
      "name": "kworker",
      "process": "kernel",
      "on": "peers",
      "program": [
        {
          "op": "rounds",
          "body": [
            { "op": "wait", "event": "kthread-work", "signals": { "perRound": 1 } },
            { "op": "add", "variable": "borrowed", "amount": 1 },
            { "op": "spin", "until": "published", "atLeast": { "perRound": 1 } },
            { "op": "wake", "event": "executor-work" }
          ]
        }
      ]
    }
  ],

  "// defaults": "What a run uses unless told otherwise; 'coresync list' has the names.",
  "defaults": {
    "arch": "x86-64",
    "policy": "registered",
    "protocol": "sync-core",
    "cpus": 2,
    "rounds": 100,
    "callsPerRound": 16,
    "placement": "within-word"
  }
}
`;
