export type Deferred<T> = {
  promise: Promise<T>
  resolve(value: T): void
  reject(error: Error): void
}

/** A promise settled from outside. Nobody has to await it: a rejection that is not looked at is no error. */
export function createDeferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  promise.catch(() => undefined)
  return { promise, resolve, reject }
}

/** @throws Error when `promise` takes longer than `ms`; the message names what was waited for */
export function withTimeout<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  const { promise: guarded, resolve, reject } = createDeferred<T>()
  const timer = setTimeout(() => reject(new Error(`Waited ${ms} ms in vain for ${what}.`)), ms)
  promise.then(resolve, reject).finally(() => clearTimeout(timer))
  return guarded
}
