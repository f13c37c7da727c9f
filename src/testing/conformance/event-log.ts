/** Collects events in order, and lets a test await the one that it needs. */
export type EventLog<Event> = {
  readonly events: readonly Event[]
  push(event: Event): void
  /** Resolves with the first event, past or to come, that matches. */
  until<Wanted extends Event>(matches: (event: Event) => event is Wanted): Promise<Wanted>
  until(matches: (event: Event) => boolean): Promise<Event>
}

export function createEventLog<Event>(): EventLog<Event> {
  const events: Event[] = []
  let waiting: { matches(event: Event): boolean; resolve(event: Event): void }[] = []
  const until = (matches: (event: Event) => boolean): Promise<Event> => {
    const found = events.find(matches)
    if (found !== undefined) return Promise.resolve(found)
    return new Promise((resolve) => waiting.push({ matches, resolve }))
  }
  return {
    events,
    push(event) {
      events.push(event)
      waiting = waiting.filter(({ matches, resolve }) => {
        const isDue = matches(event)
        if (isDue) resolve(event)
        return !isDue
      })
    },
    until: until as EventLog<Event>['until'],
  }
}

/** Narrows to the events of one type. */
export const isType =
  <Event extends { type: string }, Type extends Event['type']>(type: Type) =>
  (event: Event): event is Extract<Event, { type: Type }> =>
    event.type === type
