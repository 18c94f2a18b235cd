/**
 * A search as a conversation: it asks for the scores of some candidates at once (`yield`), is told them in the same order, and
 * ends by itself. Who evaluates, and how many at a time, is not its affair, so the same answers give the same questions.
 *
 * Candidates are points of the unit cube, or indices into a list. Smaller scores are better; NaN counts as Infinity.
 */
export type Search<Candidate> = Generator<readonly Candidate[], void, readonly number[]>;

/** NaN never wins. */
export const scoreOf = (value: number): number => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value);

/** Carries a search out with an evaluator of one candidate, and gives the candidates in the order of their evaluation. */
export function carryOut<Candidate>(search: Search<Candidate>, evaluate: (candidate: Candidate) => number): Candidate[] {
  const evaluated: Candidate[] = [];
  let step = search.next();
  while (!step.done) {
    evaluated.push(...step.value);
    step = search.next(step.value.map(evaluate));
  }
  return evaluated;
}

/** Carries out a search whose candidates are evaluated together, later. */
export async function carryOutAsync<Candidate>(
  search: Search<Candidate>,
  evaluate: (candidates: readonly Candidate[]) => Promise<readonly number[]>,
): Promise<void> {
  let step = search.next();
  while (!step.done) step = search.next(await evaluate(step.value));
}

/** Several searches side by side: the questions of all of them form one batch. */
export function* together<Candidate>(searches: readonly Search<Candidate>[]): Search<Candidate> {
  let open = searches.map((search) => ({ search, step: search.next() })).filter(({ step }) => !step.done);
  while (open.length > 0) {
    const asked = open.map(({ step }) => step.value as readonly Candidate[]);
    const scores = yield asked.flat();
    let at = 0;
    open = open
      .map(({ search }, i) => {
        const own = scores.slice(at, at + asked[i].length);
        at += asked[i].length;
        return { search, step: search.next(own) };
      })
      .filter(({ step }) => !step.done);
  }
}

/** A search whose candidates are named otherwise. */
export function* mapped<A, B>(search: Search<A>, name: (candidate: A) => B): Search<B> {
  let step = search.next();
  while (!step.done) step = search.next(yield step.value.map(name));
}
