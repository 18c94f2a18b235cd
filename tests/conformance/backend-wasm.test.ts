import { compileWasm } from "../../sdk/numerics/engine/wasm/compile.js";
import { f32, f64 } from "../tolerance.js";
import { runBackendSuite } from "./backend.case.js";

runBackendSuite({ name: "wasm float64", compile: (graph) => compileWasm(graph, { dtype: "float64" }), tolerance: f64 });
runBackendSuite({ name: "wasm float32", compile: (graph) => compileWasm(graph, { dtype: "float32" }), tolerance: f32 });
