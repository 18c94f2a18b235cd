import { availableParallelism } from "node:os";
import { codes } from "../../sdk/errors.js";
import { type DeviceReport, type Examination, examineDevices } from "../../sdk/workflow/app/doctor.js";
import type { DefineCommand } from "../command.js";

export const defineDoctor: DefineCommand = (program, around) => {
  program
    .command("doctor")
    .description("try every compute device, and say what mends those that do not work")
    .option("--json", "answer with one JSON document")
    .addHelpText("after", "\nExample:\n  dymad doctor")
    .action(async (options: { json?: boolean }) => {
      const examination = await examineDevices({ threads: availableParallelism() });
      const usable = examination.devices.some(({ device, works }) => device === "wasm" && works);
      around.answer(
        { text: examinationText(examination), data: examination, exit: usable ? 0 : codes.E_BACKEND.exit },
        around.terminal(options.json ?? false),
      );
    });
};

function examinationText({ machine, devices }: Examination): string {
  const simd = machine.simd ? "WebAssembly with SIMD" : "WebAssembly without SIMD";
  return [line("machine", `${machine.threads} threads, ${simd}`), ...devices.map(deviceText)].join("\n");
}

const line = (word: string, text: string): string => `${word.padEnd(10)} ${text}`;

function deviceText(report: DeviceReport): string {
  if (!report.works) return `${line(report.device, `no: ${report.problem}`)}\n${line("", `help: ${report.remedy}`)}`;
  const notes = [
    report.dtypes.join(" and "),
    ...(report.bitwise ? ["the same bits on every machine"] : []),
    ...(report.software ? ["computes on the CPU, slowly"] : []),
  ];
  return line(report.device, `yes: ${report.description}; ${notes.join("; ")}`);
}
