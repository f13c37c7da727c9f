/** Tests by their names that begin at once; each is awaited by a test of its own. */
export type Scenarios = Readonly<Record<string, () => Promise<void>>>

/**
 * Begins scenarios together, so that a suite of calls takes as long as its longest call.
 * @returns waits for the one of that name, and rejects as it does
 */
export function beginTogether(scenarios: Scenarios): (name: string) => Promise<void> {
  const runs = new Map(Object.entries(scenarios).map(([name, run]) => [name, run()]))
  // A scenario that fails before its test awaits it is not an unhandled one.
  for (const run of runs.values()) run.catch(() => {})
  return (name) => runs.get(name) ?? Promise.reject(new Error(`There is no scenario ${name}.`))
}
