/** What people ask about keys. */
const QUESTIONS: readonly [question: string, answer: string][] = [
  [
    'Where do the keys come from?',
    'You make them at each provider, in an account of your own: every card says where. The provider bills that account; Patchbay takes no share and never pays with a key of somebody else.',
  ],
  [
    'How are they kept?',
    'Encrypted with AES-256-GCM. Each workspace has a data key of its own, which is encrypted again with the key of this server. A stored key opens for its own workspace and provider alone: copied anywhere else, it is worthless.',
  ],
  [
    'Who can see them?',
    'Nobody, once they are saved: not owners, not the people who run the platform. Owners add, replace and delete keys. Editors see how they are. Viewers see nothing of them.',
  ],
  [
    'What does a test do?',
    'It asks the provider who the key belongs to and what it may do. No call is placed, and it costs nothing unless the button says so. Keys that lie idle are tested now and then where that is free, and every call tells how its keys did.',
  ],
  [
    'What happens when I replace one?',
    'The new key is tested first and refused if it does not work. Calls that run keep the former one until they end; for ten minutes you can go back to it, then it is destroyed.',
  ],
  [
    'What happens when I delete one?',
    'You are shown what stops: agents, numbers, services, calls. The key is then destroyed here and cannot be brought back. At the provider it stays valid until you revoke it there.',
  ],
]

/** Answers to what people ask before they entrust somebody with a key. */
export const KeyHelp = () => (
  <section aria-labelledby="key-help" className="key-help">
    <h2 id="key-help">About your keys</h2>
    <div className="key-help__questions">
      {QUESTIONS.map(([question, answer]) => (
        <details key={question}>
          <summary>{question}</summary>
          <p>{answer}</p>
        </details>
      ))}
    </div>
  </section>
)
