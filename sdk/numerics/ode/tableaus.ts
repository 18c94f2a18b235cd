import { dop853 } from "./dop853.js";
import type { Tableau } from "./tableau.js";

export type { Tableau } from "./tableau.js";

const plain = { error: null, errorOrder: null, fsal: false, dense: null, denseOrder: null } as const;

/** Explicit Euler, order 1. @see Hairer, Norsett, Wanner 1993, "Solving Ordinary Differential Equations I" */
export const euler: Tableau = {
  ...plain,
  name: "euler",
  order: 1,
  c: [0],
  a: [[]],
  b: [1],
  dense: [[1]],
  denseOrder: 1,
  reference: "Euler 1768, Institutionum calculi integralis",
};

/** The midpoint rule of Runge, order 2. @see Hairer, Norsett, Wanner 1993, section II.1 */
export const midpoint: Tableau = {
  ...plain,
  name: "midpoint",
  order: 2,
  c: [0, 1 / 2],
  a: [[], [1 / 2]],
  b: [0, 1],
  reference: "Runge 1895, doi:10.1007/BF01446807",
};

/** Heun's trapezoidal rule, order 2, with Euler embedded. @see Hairer, Norsett, Wanner 1993, section II.1 */
export const heun: Tableau = {
  ...plain,
  name: "heun",
  order: 2,
  c: [0, 1],
  a: [[], [1]],
  b: [1 / 2, 1 / 2],
  error: [-1 / 2, 1 / 2],
  errorOrder: 1,
  reference: "Heun 1900, Z. Math. Phys. 45, 23-38",
};

/** The classical rule of Kutta, order 4. @see Hairer, Norsett, Wanner 1993, table II.1.2 */
export const rk4: Tableau = {
  ...plain,
  name: "rk4",
  order: 4,
  c: [0, 1 / 2, 1 / 2, 1],
  a: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
  b: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
  reference: "Kutta 1901, Z. Math. Phys. 46, 435-453",
};

/** The 3/8 rule of Kutta, order 4. @see Hairer, Norsett, Wanner 1993, table II.1.2 */
export const rk4_38: Tableau = {
  ...plain,
  name: "rk4_38",
  order: 4,
  c: [0, 1 / 3, 2 / 3, 1],
  a: [[], [1 / 3], [-1 / 3, 1], [1, -1, 1]],
  b: [1 / 8, 3 / 8, 3 / 8, 1 / 8],
  reference: "Kutta 1901, Z. Math. Phys. 46, 435-453",
};

/** Bogacki-Shampine 3(2); dense output is the cubic Hermite polynomial. @see doi:10.1016/0893-9659(89)90079-7 */
export const bosh3: Tableau = {
  name: "bosh3",
  order: 3,
  c: [0, 1 / 2, 3 / 4, 1],
  a: [[], [1 / 2], [0, 3 / 4], [2 / 9, 1 / 3, 4 / 9]],
  b: [2 / 9, 1 / 3, 4 / 9, 0],
  error: [-5 / 72, 1 / 12, 1 / 9, -1 / 8],
  errorOrder: 2,
  fsal: true,
  dense: [
    [1, -4 / 3, 5 / 9],
    [0, 1, -2 / 3],
    [0, 4 / 3, -8 / 9],
    [0, -1, 1],
  ],
  denseOrder: 3,
  reference: "Bogacki, Shampine 1989, A 3(2) pair of Runge-Kutta formulas",
};

/** Dormand-Prince 5(4) with Shampine's quartic dense output. @see doi:10.1016/0771-050X(80)90013-3, doi:10.1090/S0025-5718-1986-0815836-3 */
export const dopri5: Tableau = {
  name: "dopri5",
  order: 5,
  c: [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1],
  a: [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
  ],
  b: [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0],
  error: [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40],
  errorOrder: 4,
  fsal: true,
  dense: [
    [1, -8048581381 / 2820520608, 8663915743 / 2820520608, -12715105075 / 11282082432],
    [0, 0, 0, 0],
    [0, 131558114200 / 32700410799, -68118460800 / 10900136933, 87487479700 / 32700410799],
    [0, -1754552775 / 470086768, 14199869525 / 1410260304, -10690763975 / 1880347072],
    [0, 127303824393 / 49829197408, -318862633887 / 49829197408, 701980252875 / 199316789632],
    [0, -282668133 / 205662961, 2019193451 / 616988883, -1453857185 / 822651844],
    [0, 40617522 / 29380423, -110615467 / 29380423, 69997945 / 29380423],
  ],
  denseOrder: 4,
  reference:
    "Dormand, Prince 1980, A family of embedded Runge-Kutta formulae; Shampine 1986, Some practical Runge-Kutta formulas",
};

/** Tsitouras 5(4) with its free quartic dense output. @see doi:10.1016/j.camwa.2011.06.002 */
export const tsit5: Tableau = {
  name: "tsit5",
  order: 5,
  c: [0, 0.161, 0.327, 0.9, 0.9800255409045097, 1, 1],
  a: [
    [],
    [0.161],
    [-0.008480655492356989, 0.335480655492357],
    [2.8971530571054935, -6.359448489975075, 4.3622954328695815],
    [5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525],
    [5.86145544294642, -12.92096931784711, 8.159367898576159, -0.071584973281401, -0.028269050394068383],
    [0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774],
  ],
  b: [0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774, 0],
  error: [
    0.0017800110522257777, 0.0008164344596567469, -0.007880878010261995, 0.1447110071732629, -0.5823571654525552,
    0.45808210592918697, -0.015151515151515152,
  ],
  errorOrder: 4,
  fsal: true,
  dense: [
    [1, -2.763706197274826, 2.9132554618219126, -1.0530884977290216],
    [0, 0.1317, -0.2234, 0.1017],
    [0, 3.930296236894751, -5.941033872131505, 2.490627285651253],
    [0, -12.411077166933676, 30.338188630282318, -16.548102889244902],
    [0, 37.50931341651104, -88.1789048947664, 47.37952196281928],
    [0, -27.896526289197286, 65.09189467479368, -34.87065786149661],
    [0, 1.5, -4, 2.5],
  ],
  denseOrder: 4,
  reference: "Tsitouras 2011, Runge-Kutta pairs of order 5(4) satisfying only the first column simplifying assumption",
};

/** Every tableau, by name. */
export const tableaus: Readonly<Record<string, Tableau>> = { euler, midpoint, heun, rk4, rk4_38, bosh3, dopri5, tsit5, dop853 };
