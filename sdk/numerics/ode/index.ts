export type { OdeStatus } from "./integrate.js";
export { type RosenbrockTableau, rodas5p } from "./rodas5p.js";
export { type OdeProblem, type OdeSolution, type OdeSolver, solveOde } from "./solve.js";
export type { Tableau } from "./tableau.js";
export { tableaus } from "./tableaus.js";
