import type { AdminViewConfig } from 'payload'

/**
 * Every page of the admin that is ours, one entry a page: where it lies and which component draws it.
 * @param options.signup who may create an account, as `SIGNUP` has it
 * @see https://payloadcms.com/docs/custom-components/custom-views
 */
export const createAdminViews = ({ signup }: { signup: string }) =>
  ({
    dashboard: { Component: '/src/admin/dashboard/Dashboard.tsx#Dashboard' },
    createFirstUser: {
      path: '/create-first-user',
      exact: true,
      Component: '/src/admin/signup/FirstUserView.tsx#FirstUserView',
    },
    unauthorized: {
      path: '/unauthorized',
      exact: true,
      Component: '/src/admin/workspace/NoWorkspaceView.tsx#NoWorkspaceView',
    },
    signup: {
      path: '/signup',
      exact: true,
      meta: { title: 'Create an account' },
      Component: { path: '/src/admin/signup/SignupView.tsx#SignupView', serverProps: { signup } },
    },
    apiKeys: {
      path: '/settings/api-keys',
      exact: true,
      meta: { title: 'API keys' },
      Component: '/src/admin/api-keys/ApiKeysView.tsx#ApiKeysView',
    },
    apiKey: {
      path: '/settings/api-keys/:provider',
      exact: true,
      meta: { title: 'API key' },
      Component: '/src/admin/api-keys/key/KeyView.tsx#KeyView',
    },
    alerts: {
      path: '/settings/alerts',
      exact: true,
      meta: { title: 'Alerts' },
      Component: '/src/admin/alerts/AlertsView.tsx#AlertsView',
    },
    service: {
      path: '/services/:id',
      exact: true,
      meta: { title: 'Service' },
      Component: '/src/admin/services/ServiceView.tsx#ServiceView',
    },
  }) satisfies Record<string, AdminViewConfig>
