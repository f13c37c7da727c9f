import { Router } from 'express'

type HealthOptions = {
  /** Resolves to the reasons why the product cannot take work now; none means ready. */
  reasonsNotReady(): Promise<string[]>
}

/** `GET /healthz`: the process is alive. `GET /readyz`: it can take calls, else 503 with the reasons. */
export function createHealthRouter({ reasonsNotReady }: HealthOptions): Router {
  const router = Router()
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'alive' })
  })
  router.get('/readyz', async (_request, response) => {
    const reasons = await reasonsNotReady()
    response
      .status(reasons.length === 0 ? 200 : 503)
      .json(reasons.length === 0 ? { status: 'ready' } : { status: 'not-ready', reasons })
  })
  return router
}
