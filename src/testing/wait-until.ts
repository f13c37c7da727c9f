const EVERY_MS = 10

/**
 * Waits for what no event tells of.
 * @param find looked at every 10 ms; anything but undefined and false is an answer
 * @param what named in the error
 * @throws Error when it did not come in time
 */
export async function waitUntil<Found>(
  find: () => Found | undefined | false | Promise<Found | undefined | false>,
  what: string,
  timeoutMs = 10_000,
): Promise<Found> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const found = await find()
    if (found !== undefined && found !== false) return found
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
  }
}
