/** Rank of each room: a file may import from its own room and from rooms of lower rank. docs/architecture.md prints this table. */
export const ranks: Record<string, number> = {
  "sdk/errors.ts": 0,
  "sdk/numerics": 10,
  "sdk/formats": 20,
  "sdk/dynamics/data": 30,
  "sdk/dynamics/transforms": 30.1,
  "sdk/dynamics/losses": 30.2,
  "sdk/dynamics/models": 31,
  "sdk/dynamics/evaluation": 32,
  "sdk/dynamics/spectral": 33,
  "sdk/dynamics/training": 33.1,
  "sdk/dynamics/tuning": 33.2,
  "sdk/charts": 40,
  "sdk/workflow/registry": 50,
  "sdk/workflow/store": 50.1,
  "sdk/workflow/compiler": 51,
  "sdk/workflow/facade": 51.1,
  "sdk/workflow/executor": 52,
  "sdk/workflow/app": 53,
  "sdk/fluent": 60,
  "sdk/index.ts": 70,
  mcp: 80,
  "kernel-extensions": 80.1,
  cli: 80.2,
};

/** Packages that only some rooms may use, by prefix of the package name. */
export const packages: [string, string[]][] = [
  ["vega", ["sdk/charts"]],
  ["zod", ["sdk/workflow", "cli", "mcp"]],
  ["yaml", ["sdk/workflow/app"]],
  ["commander", ["cli"]],
  ["@tensorflow", ["sdk/numerics/engine/tfjs"]],
  ["webgpu", ["sdk/numerics/engine/tfjs"]],
  ["@modelcontextprotocol", ["mcp"]],
  ["node:", ["sdk/workflow/store", "sdk/workflow/executor", "cli", "mcp", "kernel-extensions"]],
];
