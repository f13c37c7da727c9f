import type { KeyIds } from './types.ts'

/** The names by which logs and receipts call the key. They tell nothing of it. */
export const SupportIds = ({ ids: { credentialId, version } }: { ids: KeyIds }) => (
  <section aria-labelledby="key-ids" className="key-section key-section--quiet">
    <h2 id="key-ids">For support</h2>
    <dl className="key-ids">
      <div>
        <dt>Credential id</dt>
        <dd>
          <code>{credentialId}</code>
        </dd>
      </div>
      <div>
        <dt>Version</dt>
        <dd>{version}</dd>
      </div>
    </dl>
    <p>Logs and the receipts of calls name the key by these. They are safe to pass on; the key itself is in neither.</p>
  </section>
)
