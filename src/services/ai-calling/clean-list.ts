import { scrubTexts } from '../../collections/ProviderKeys/scrub.ts'

/**
 * A provider's list without anything of the key, which the provider might repeat in a name: editors read lists, and no
 * key. What bears it in its id is left out.
 */
export const cleanList = <Item extends { id: string }>(
  items: readonly Item[],
  scrub: (text: string) => string,
): Item[] => items.filter(({ id }) => scrub(id) === id).map((item) => scrubTexts(item, scrub))
