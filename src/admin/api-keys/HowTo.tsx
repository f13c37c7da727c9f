import type { ProviderInfo } from './types.ts'

/** The way to a key, step by step, as far as the provider's own description leads. */
export const HowTo = ({ provider }: { provider: ProviderInfo }) => {
  const { properties = {} } = provider.credentialSchema
  return (
    <aside aria-label={`How to get a key from ${provider.name}`} className="key-how-to">
      <h3>How to get it</h3>
      <ol>
        <li>
          Open{' '}
          <a href={provider.keyUrl} rel="noreferrer" target="_blank">
            {provider.name} <span aria-hidden="true">↗</span>
          </a>{' '}
          and sign in, or create an account there.
        </li>
        {Object.entries(properties).map(([name, { title, placeholder }]) => (
          <li key={name}>
            Copy the <strong>{lowerFirst(title ?? name)}</strong>
            {placeholder && <> ({/\s/.test(placeholder) ? placeholder : <code>{placeholder}</code>})</>}.
          </li>
        ))}
        <li>
          Paste it here and save.{' '}
          {provider.checksFormOnly
            ? `${provider.name} offers no way to test it, so only its form is checked.`
            : `${provider.name} is asked first, so you know at once whether it works.`}
        </li>
      </ol>
      <a href={provider.docsUrl} rel="noreferrer" target="_blank">
        {provider.name} documentation <span aria-hidden="true">↗</span>
      </a>
    </aside>
  )
}

/** "API key" stays, "Public key" becomes "public key" within a sentence. */
const lowerFirst = (title: string): string =>
  /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title
