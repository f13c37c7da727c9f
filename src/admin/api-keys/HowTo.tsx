import type { ProviderInfo } from './types.ts'

/** The way to a key, step by step, as far as the provider's own description leads. */
export const HowTo = ({ provider }: { provider: ProviderInfo }) => {
  const { properties = {} } = provider.credentialSchema
  if (provider.addressCredential !== undefined) return <HowToReach provider={provider} />
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

/** The way to a server of one's own: nobody gives out its key. */
const HowToReach = ({ provider }: { provider: ProviderInfo }) => (
  <aside aria-label="How to use a server of your own" className="key-how-to">
    <h3>How to use it</h3>
    <ol>
      <li>Start a server with OpenAI's API. Give it a key if others can reach it.</li>
      <li>A platform admin allows its address, once for everybody.</li>
      <li>
        Choose the address here, enter the key if there is one, and save. The server is asked for its models first.
      </li>
    </ol>
    <a href={provider.docsUrl} rel="noreferrer" target="_blank">
      The API that it must have <span aria-hidden="true">↗</span>
    </a>
  </aside>
)

/** "API key" stays, "Public key" becomes "public key" within a sentence. */
const lowerFirst = (title: string): string =>
  /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title
