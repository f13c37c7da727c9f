import { answering, describeConformance } from '../../src/testing/conformance/index.ts'
import type { KeyState } from '../../src/testing/conformance/index.ts'
import copilotkit from './index.ts'

const KEY = 'ck_pub_0c0ffee05ec44e7a9bad7a11ab1e5eed'

/** Nobody is asked, so anything may answer. */
const state = (name: string, status: KeyState['status'], apiKey = KEY): KeyState => ({
  name,
  status,
  credentials: { apiKey },
  start: answering(() => ({ status: 500 })),
})

describeConformance({
  plugin: copilotkit,
  stand: {
    credentials: { apiKey: KEY },
    keys: [
      state('a key of the right form', 'unverified'),
      state('a key that is too short', 'rejected', KEY.slice(0, -1)),
      state('a key of another kind', 'rejected', 'ck_sec_0c0ffee05ec44e7a9bad7a11ab1e5eed'),
      state('a licence token', 'rejected', 'eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl'),
    ],
  },
})
