/** Lets tasks through one after the other, in the order in which they came; one that fails does not stop the next. */
export function createTurnstile(): <Result>(task: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const turn = last.then(task)
    last = turn.catch(() => undefined)
    return turn
  }
}
