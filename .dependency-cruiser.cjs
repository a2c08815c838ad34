/** Imports run one way; docs/architecture.md explains the rules. */
const stages = ["decode", "separate", "listen", "track", "notate", "engrave", "audition", "play"];

module.exports = {
  forbidden: [
    {
      name: "bot-and-commands-know-only-jobs",
      comment: "The Discord process installs no machine-learning package and cannot be taken down by native code.",
      severity: "error",
      from: { path: "^(bot|commands)/" },
      to: { path: "^(processor|models|cli)/" },
    },
    {
      name: "jobs-knows-nobody",
      severity: "error",
      from: { path: "^jobs/" },
      to: { path: "^(bot|commands|processor|models|cli|benchmarks|reliability|scripts|tests)/" },
    },
    {
      name: "processor-and-models-know-neither-bot-nor-cli",
      severity: "error",
      from: { path: "^(processor|models)/" },
      to: { path: "^(bot|commands|cli)/" },
    },
    {
      name: "cli-knows-no-bot",
      severity: "error",
      from: { path: "^cli/" },
      to: { path: "^(bot|commands)/" },
    },
    ...stages.map((stage) => ({
      name: `stage-${stage}-knows-no-other-stage`,
      comment: "processor/pipeline.ts alone knows the order of the stages; arithmetic (numeric) is no stage.",
      severity: "error",
      from: { path: `^processor/${stage}/` },
      to: { path: `^processor/((?!${stage}/|numeric/)[^/]+/|pipeline\\.ts)` },
    })),
    {
      name: "arithmetic-knows-nobody",
      severity: "error",
      from: { path: "^processor/numeric/" },
      to: { path: "^(processor/(?!numeric/)|jobs/|models/)" },
    },
    {
      name: "one-file-imports-onnxruntime",
      comment: "Sessions, threads and execution providers are set in one place.",
      severity: "error",
      from: { path: "^(bot|commands|jobs|cli|processor)/", pathNot: "^processor/inference\\.ts$" },
      to: { path: "onnxruntime-node" },
    },
    {
      name: "benchmarks-know-the-pipeline-only",
      comment: "A benchmark measures the processor and the command line; Discord is measured in reliability/.",
      severity: "error",
      from: { path: "^benchmarks/" },
      to: { path: "^(bot|commands|reliability|scripts)/" },
    },
    {
      name: "scripts-and-reliability-stand-above-the-product",
      severity: "error",
      from: { path: "^(bot|commands|processor|models|jobs|cli)/" },
      to: { path: "^(benchmarks|reliability|scripts)/" },
    },
    {
      name: "requests-know-no-chat-platform",
      comment: "Types of discord.js stay on Discord's side of the port bot/requests/chat.ts.",
      severity: "error",
      from: { path: "^bot/(requests|persistence|links)/" },
      to: { path: "discord\\.js|^bot/(messages|interactions)/" },
    },
    {
      name: "discord-js-stays-at-the-platform",
      comment: "The connection, what people do, what they see, and the slash commands, which are Discord's own.",
      severity: "error",
      from: {
        path: "^(bot|commands|jobs|processor|cli)/",
        pathNot: "^(bot/(connection|interactions|messages)/|bot/bot\\.ts|commands/)",
      },
      to: { path: "discord\\.js" },
    },
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "nothing-imports-tests",
      severity: "error",
      from: { pathNot: "^(tests|reliability|benchmarks)/|\\.test\\.ts$" },
      to: { path: "^tests/|\\.test\\.ts$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".mjs", ".js", ".json"],
      conditionNames: ["import", "require", "node"],
    },
  },
};
