/** A provider's first letters, where others would load a logo from somewhere. */
export const ProviderMark = ({ name }: { name: string }) => (
  <span aria-hidden="true" className="provider-mark">
    {lettersOf(name)}
  </span>
)

const lettersOf = (name: string): string => {
  const capitals = name.replace(/[^A-Z]/g, '')
  return capitals.length === 2 ? capitals : name.slice(0, 2)
}
