import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { root } from "./pages.js";
import { f64, within } from "./tolerance.js";

/** Rooms of mathematics, where a doc comment is the specification: shapes, refusals and the source of the method. */
const rooms = [
  "numerics/linalg",
  "numerics/ode",
  ...["transforms", "losses", "models", "spectral"].map((room) => `dynamics/${room}`),
];

/** Files whose functions follow no publication; every other file of the rooms names its source once at least. */
const noSource: Record<string, string> = {
  "sdk/dynamics/transforms/chain.ts": "composition",
  "sdk/dynamics/transforms/fields.ts": "composition",
  "sdk/dynamics/losses/loss.ts": "means of differences, written out in the comment",
  "sdk/dynamics/models/composition.ts": "choices, written out in the comments",
  "sdk/dynamics/models/context.ts": "bookkeeping",
  "sdk/dynamics/models/sizes.ts": "sums of widths",
  "sdk/dynamics/models/linear-map.ts": "the product is written out in the comment",
  "sdk/dynamics/models/parameters.ts": "bookkeeping",
  "sdk/numerics/linalg/complex-lines.ts": "arithmetic of rows and columns",
  "sdk/numerics/linalg/finite.ts": "refusals",
  "sdk/numerics/linalg/kept-programs.ts": "bookkeeping",
  "sdk/numerics/linalg/matrix.ts": "storage, and a sum of squares",
  "sdk/dynamics/spectral/dmd/snapshots.ts": "bookkeeping",
  "sdk/dynamics/spectral/rates.ts": "definitions, written out in the comment",
  "sdk/numerics/linalg/row-blocks.ts": "bookkeeping",
  "sdk/numerics/linalg/transposed-product.ts": "a product, written out in the comment",
};

/** Functions that are described by the type they give, or by one line, and why that is enough. */
const excused: Record<string, string> = {
  adaptiveRollout: "the interface it gives states shapes and derivatives",
  loopPlan: "the union it gives says what each plan is",
  stackRows: "the one line is all there is to say",
  denseWeights: "one number for each stage of the tableau",
};

interface Described {
  readonly file: string;
  readonly name: string;
  readonly doc: string;
  readonly signature: string;
  readonly body: string;
}

const walk = (path: string): string[] =>
  statSync(join(root, path)).isDirectory()
    ? readdirSync(join(root, path)).flatMap((name) => (name === "assembly" ? [] : walk(`${path}/${name}`)))
    : path.endsWith(".ts")
      ? [path]
      : [];

/** Exported functions of a file with their comments. */
function functionsOf(file: string): Described[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.ES2022, true);
  const functions = source.statements.filter(ts.isFunctionDeclaration);
  return functions.flatMap((node) => {
    // of several signatures the first is described, and the last has the body
    const same = functions.filter(({ name }) => name?.text === node.name?.text);
    if (same[0] !== node) return [];
    if (!node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    const doc = ts
      .getJSDocCommentsAndTags(node)
      .map((comment) => comment.getText())
      .join("\n");
    const signature = [...node.parameters, node.type].map((part) => part?.getText()).join(", ");
    return [{ file, name: node.name?.text ?? "", doc, signature, body: same[same.length - 1].body?.getText() ?? "" }];
  });
}

const sources = walk("sdk").map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));

/** Whether another room, or the list of public names, takes a function: what only neighbours use is explained beside its user. */
function leavesItsRoom({ file, name }: Described, room: string): boolean {
  const taken = new RegExp(`\\{[^}]*\\b${name}\\b[^}]*\\} from "[^"]*${basename(file, ".ts")}\\.js"`);
  return sources.some(
    (source) => (!source.file.startsWith(`sdk/${room}/`) || source.file.endsWith("/index.ts")) && taken.test(source.text),
  );
}

const described = rooms.flatMap((room) =>
  walk(`sdk/${room}`)
    .flatMap(functionsOf)
    .filter((found) => leavesItsRoom(found, room) && !(found.name in excused)),
);
const names = (found: readonly Described[]): string[] => found.map(({ file, name }) => `${file} ${name}`);

describe("exported functions of the rooms of mathematics", () => {
  test("say what they give", () => {
    expect(described.length).toBeGreaterThan(0);
    expect(names(described.filter(({ doc }) => doc === ""))).toEqual([]);
  });

  test("state shapes when they take or give arrays", () => {
    // values by name have the shapes of what they are named for
    const arrays = /\b(Matrix|ComplexMatrix|ComplexVector|Float64Array)\b/;
    const shape = /\[[^\]]+\]|\b\w+ x \w+\b|\bas \w+|\bsquare\b|{@link/;
    expect(
      names(
        described.filter(
          ({ signature, doc }) => arrays.test(signature.replaceAll(/Record<string, \w+>/g, "")) && !shape.test(doc),
        ),
      ),
    ).toEqual([]);
  });

  test("name every code they throw", () => {
    const silent = described.flatMap(({ file, name, doc, body }) => {
      const thrown = [...body.matchAll(/throw new DymadError\(\s*"(E_\w+)"/g)].map((match) => match[1]);
      const told = doc.slice(doc.indexOf("@throws") >>> 0);
      return thrown.filter((code) => !told.includes(code) && code !== "E_INTERNAL").map((code) => `${file} ${name} ${code}`);
    });
    expect([...new Set(silent)]).toEqual([]);
  });

  test("and their files name the source of the method", () => {
    const files = [...new Set(described.map(({ file }) => file))].filter((file) => !(file in noSource));
    expect(files.filter((file) => !readFileSync(join(root, file), "utf8").includes("@see"))).toEqual([]);
  });
});

/** An example is `expression // result`; one whose result is not a literal, or that needs the bytes of a file, is only read. */
const examples = walk("sdk").flatMap((file) =>
  [...readFileSync(join(root, file), "utf8").matchAll(/^ *\*? *(?:\/\*\* )?@example +(.+?) \/\/ (.+?)(?: \*\/)?$/gm)].flatMap(
    ([, expression, result]) => {
      const expected = literal(result);
      return expected === undefined || /\bbytes\b/.test(expression) ? [] : [{ file, expression, expected }];
    },
  ),
);

/** The value at the beginning of a result: a number, text, list or object, whatever words follow it. */
function literal(result: string): unknown {
  const [found] = /^(\[.*\]|\{.*\}|"[^"]*"|'[^']*'|-?\d[\d.e+-]*|true|false|null)(?=$|[\s,:;])/.exec(result) ?? [];
  return found === undefined ? undefined : new Function(`return ${found}`)();
}

/** Arrays of any kind as lists, so that a result can be compared with what a comment can say. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  return typeof value === "object" && value !== null && "toRows" in value ? (value.toRows as () => unknown)() : value;
}

function same(actual: unknown, expected: unknown): boolean {
  if (typeof actual === "number" && typeof expected === "number") return within(actual, expected, f64);
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return actual.length === expected.length && actual.every((item, i) => same(plain(item), expected[i]));
  }
  if (typeof actual === "object" && typeof expected === "object" && actual !== null && expected !== null) {
    return same(Object.entries(actual).sort(), Object.entries(expected).sort());
  }
  return Object.is(actual, expected);
}

test("there are examples to try", () => expect(examples.length).toBeGreaterThan(0));

test.each(examples)("$file: $expression", async ({ file, expression, expected }) => {
  const { Matrix } = await import("../sdk/numerics/linalg/matrix.js");
  const { ComplexMatrix } = await import("../sdk/numerics/linalg/complex.js");
  const scope: Record<string, unknown> = { Matrix, ComplexMatrix, ...(await import(join(root, file))) };
  const value = plain(new Function(...Object.keys(scope), `return (${expression})`)(...Object.values(scope)));
  expect(same(value, expected), `${JSON.stringify(value)}, expected ${JSON.stringify(expected)}`).toBe(true);
});
