type Scrub = (text: string) => string

/**
 * A provider's list without anything of the key, which the provider might repeat in a name: editors read lists, and no
 * key. What bears it in its id is left out.
 */
export const cleanList = <Item extends { id: string }>(items: readonly Item[], scrub: Scrub): Item[] =>
  items.flatMap((item) => (scrub(item.id) === item.id ? [cleanTexts(item, scrub)] : []))

const cleanTexts = <Item extends object>(item: Item, scrub: Scrub): Item =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, cleanValue(value, scrub)])) as Item

const cleanValue = (value: unknown, scrub: Scrub): unknown => {
  if (typeof value === 'string') return scrub(value)
  return Array.isArray(value) ? value.map((each) => cleanValue(each, scrub)) : value
}
