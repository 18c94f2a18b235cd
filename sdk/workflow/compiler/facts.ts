import type { GraphInspection } from "../../dynamics/data/graphs/inspection.js";
import type { PhysicsFunction } from "../../dynamics/models/physics.js";
import type { TrainingConfig } from "../../dynamics/training/config.js";
import type { Issue } from "../../errors.js";
import type { DataRole } from "../registry/request.js";

/**
 * What the compiler needs to know of a data set. It is given, never read here: the compiler touches neither files nor the store.
 */
export interface DatasetFacts {
  /** of the bytes of the file, lower-case hexadecimal */
  readonly sha256: string;
  /** bytes */
  readonly size: number;
  readonly n_trajectories: number;
  /** samples of the shortest and of the longest trajectory, after `n_steps` */
  readonly shortest: number;
  readonly longest: number;
  readonly state_dim: number;
  /** auxiliary observations */
  readonly aux_dim: number;
  readonly control_dim: number;
  /** parameters of each trajectory */
  readonly parameter_dim: number;
  /** of data on a graph, whose columns above are those of all nodes; null without */
  readonly graph: GraphInspection | null;
  /** sampling interval when it is the same everywhere, units of t */
  readonly dt: number | null;
}

/** Gives the facts of a data set of the request. It may throw a DymadError: its issues join the others. */
export type GetDataset = (role: DataRole) => DatasetFacts;

/** What the compiler needs to know of a training that another goes on with. */
export interface EarlierFacts {
  /** of the bytes of its checkpoint, lower-case hexadecimal */
  readonly sha256: string;
  /** bytes */
  readonly size: number;
  /** how many pairs its sums are of */
  readonly pairs: number;
  readonly config: TrainingConfig;
  /** columns of its data */
  readonly widths: { readonly x: number; readonly u: number };
  /** step of its data, units of t; null when they had none in common */
  readonly dt: number | null;
  /** in what else, which facts do not tell, the training data are unlike its data */
  readonly unlike: readonly Issue[];
}

/** Gives the facts of the training that `data.earlier` names. It may throw a DymadError: its issues join the others. */
export type GetEarlier = () => EarlierFacts;

/** Gives the function that a text under `model.physics` names. It may throw a DymadError. */
export type GetPhysics = (reference: string) => PhysicsFunction;
